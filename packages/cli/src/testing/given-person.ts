import type { Person } from '../terminal/person.ts'

/** As in a pipeline: there is nobody. */
export const nobody: Person = {
  isThere: false,
  ask: async () => undefined,
  onInterrupt: () => () => undefined,
}
