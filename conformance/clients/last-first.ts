type End = () => Promise<void> | void

/** Ends that are run in one go when the test is over, the last one first: clients before agents before the server. */
export function lastFirst(t: { after(end: () => Promise<void>): void }): { after(end: End): void } {
  const ends: End[] = []
  t.after(async () => {
    for (const end of ends.reverse()) await end()
  })
  return { after: (end) => void ends.push(end) }
}
