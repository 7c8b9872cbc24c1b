/** Enough for 256 ids. */
const poolLength = 4096

/**
 * Random bytes in small portions out of larger draws: asking the operating system costs the same for sixteen
 * bytes as for thousands. No byte is handed out twice, and none stays in the pool once it is.
 *
 * @returns `length` random bytes, at most 4096
 */
export function randomPool(draw: (length: number) => Uint8Array): (length: number) => Uint8Array {
  let pool = new Uint8Array(0)
  let at = 0
  return (length) => {
    if (length > poolLength) throw new RangeError(`${length} bytes are more than a pool holds`)
    if (at + length > pool.length) {
      pool = new Uint8Array(draw(poolLength))
      at = 0
    }
    const portion = pool.slice(at, at + length)
    pool.fill(0, at, at + length)
    at += length
    return portion
  }
}
