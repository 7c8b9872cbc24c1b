/** A resource group: a saved question, answered anew each time it is asked. */
export interface ResourceGroup {
  readonly name: string
  readonly description: string
  /** The query as its author wrote it, in the syntax of TAG_FILTERS_1_0; `readGroupQuery` reads it. */
  readonly query: string
  readonly createdAt: Date
  /** 1 to 10. */
  readonly criticality?: number | undefined
  readonly owner?: string | undefined
  readonly displayName?: string | undefined
}

/** AWS begins with 100 and raises it on request; nobody can be asked here. */
export const groupsPerAccount = 1_000

export function isReservedGroupName(name: string): boolean {
  return /^aws/i.test(name)
}
