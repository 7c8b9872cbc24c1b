/** A policy that belongs to one user, group or role and goes with it. */
export interface InlinePolicy {
  readonly policyName: string
  /** As its author wrote it. */
  readonly document: string
}

/** Inline policies by the id of the user (`AIDA…`), group (`AGPA…`) or role (`AROA…`) that they belong to. */
export interface InlinePolicyStore {
  /**
   * Adds or replaces it, unless the owner's policies would then have more than `longest` characters together,
   * white space aside. Counted in the write itself, so that two at a time cannot pass the quota.
   */
  putInlinePolicy(ownerId: string, policy: InlinePolicy, longest: number): Promise<'put' | 'no-owner' | 'too-long'>
  findInlinePolicy(ownerId: string, policyName: string): Promise<InlinePolicy | undefined>
  /** In the order of names. All of them: the quota on their summed size keeps them few. */
  listInlinePolicies(ownerId: string): Promise<readonly InlinePolicy[]>
  removeInlinePolicy(ownerId: string, policyName: string): Promise<boolean>
}
