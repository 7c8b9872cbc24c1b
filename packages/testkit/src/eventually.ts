/**
 * Waits for a state, with a limit; never for a duration. `look` answers undefined as long as it is
 * not so yet. The limit is generous, since it is only ever used up by a failure.
 */
export async function eventually<Value>(
  look: () => Promise<Value | undefined> | Value | undefined,
  what: string,
  limitMs = 30_000,
): Promise<Value> {
  const until = performance.now() + limitMs
  for (;;) {
    const value = await look()
    if (value !== undefined) return value
    if (performance.now() > until) throw new Error(`not within ${limitMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
