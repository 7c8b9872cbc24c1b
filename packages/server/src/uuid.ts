/** Sixteen random bytes as a UUID, version 4 (RFC 9562). */
export function uuid(random: Uint8Array): string {
  // Copied: looking at the buffer behind so few bytes would first make one outside the heap.
  const hex = Buffer.from(random).toString('hex')
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3] ?? '8'
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}
