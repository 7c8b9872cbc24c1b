/** Which managed policy bounds which user or role, by the owner's id (`AIDA…`, `AROA…`). */
export interface BoundaryStore {
  /** Takes the place of the one before. The owner and the policy have to be there. */
  setBoundary(ownerId: string, policyArn: string): Promise<'set' | 'no-owner' | 'no-policy'>
  /** False when the owner is gone; having none already is no failure. */
  removeBoundary(ownerId: string): Promise<boolean>
}
