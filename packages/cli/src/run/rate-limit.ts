/** How many of so many nodes `50` or `10%` are. */
export function limitOf(text: string, nodes: number): number {
  return text.endsWith('%') ? Math.floor((nodes * Number(text.slice(0, -1))) / 100) : Number(text)
}
