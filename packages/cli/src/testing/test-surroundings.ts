import type { Surroundings } from '../surroundings.ts'

/** Surroundings that remember what was written to them. */
export interface TestSurroundings extends Surroundings {
  /** All that was written to the standard output. */
  said(): string
  complained(): string
}

export function testSurroundings(given: Partial<Surroundings> & { readonly isTTY?: boolean } = {}): TestSurroundings {
  const said: string[] = []
  const complained: string[] = []
  return {
    environment: {},
    workingDirectory: '/',
    stdout: { isTTY: given.isTTY ?? false, write: (text) => said.push(text) },
    stderr: { write: (text) => complained.push(text) },
    now: () => new Date(),
    elapsed: () => performance.now(),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    ...given,
    said: () => said.join(''),
    complained: () => complained.join(''),
  }
}
