/** How much of each kind an account has. */
export interface AccountCounts {
  readonly users: number
  readonly groups: number
  readonly roles: number
  readonly instanceProfiles: number
  /** Its own managed policies, and the versions of all of them. */
  readonly policies: number
  readonly policyVersions: number
  readonly rootKeys: number
  readonly mfaDevices: number
  readonly mfaDevicesInUse: number
  /** Issuers of identity tokens. */
  readonly oidcProviders: number
}

/** What is said of the account itself. */
export interface AccountStore {
  findAlias(): Promise<string | undefined>
  /** Takes the place of the one before. */
  setAlias(alias: string): Promise<'set' | 'taken'>
  /** False when the account is not called so. */
  removeAlias(alias: string): Promise<boolean>
  counts(): Promise<AccountCounts>
}
