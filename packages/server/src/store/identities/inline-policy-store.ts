/** A policy that belongs to one user or role and goes with it. */
export interface InlinePolicy {
  readonly policyName: string
  /** As its author wrote it. */
  readonly document: string
}

/** Inline policies by the id of the user (`AIDA…`) or role (`AROA…`) that they belong to. */
export interface InlinePolicyStore {
  /** Adds or replaces it. False when the owner is gone. */
  putInlinePolicy(ownerId: string, policy: InlinePolicy): Promise<boolean>
  findInlinePolicy(ownerId: string, policyName: string): Promise<InlinePolicy | undefined>
  /** In the order of names. All of them: the quota on their summed size keeps them few. */
  listInlinePolicies(ownerId: string): Promise<readonly InlinePolicy[]>
  removeInlinePolicy(ownerId: string, policyName: string): Promise<boolean>
}
