export const nodeIdForm = /^m?i-[0-9a-f]{8,17}$/
