/** A stream whose writes can be held back and then sent as one. */
export interface Corkable {
  cork(): void
  uncork(): void
}

/**
 * Answers what to call before each write to a stream, so that all writes of one turn leave together. A frame and the receipts
 * beside it then cost one call of the system here, and wake their reader once.
 *
 * @param later runs its argument when the turn is over, before anything is waited for
 */
export function gatheredWrites(stream: Corkable, later: (act: () => void) => void): () => void {
  let isHeld = false
  return () => {
    if (isHeld) return
    isHeld = true
    stream.cork()
    later(() => {
      isHeld = false
      stream.uncork()
    })
  }
}
