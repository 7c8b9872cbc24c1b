import type { CompiledPolicy } from './compiled-policy.ts'

/** The policies that have a say in one request. */
export interface PolicySet {
  /** The user's own and its groups', or the role's: inline and managed. One Allow among them suffices. */
  readonly identity: readonly CompiledPolicy[]
  /** The permissions boundary. Absent means there is none. */
  readonly boundary?: CompiledPolicy | undefined
  /** Session policies. Absent means there are none; an empty list would allow nothing. */
  readonly session?: readonly CompiledPolicy[] | undefined
  /**
   * The resource's own policy. `required` where access is never granted without it, as for a role's trust policy
   * or a KMS key's; then `policy` may be undefined, and nobody is granted anything.
   */
  readonly resource?: { readonly policy: CompiledPolicy | undefined; readonly required: boolean } | undefined
  /** Service control policies of the caller's account, by level: root, organizational units, account. Each must allow. */
  readonly scps?: readonly (readonly CompiledPolicy[])[] | undefined
  /** Resource control policies of the resource's account, likewise. */
  readonly rcps?: readonly (readonly CompiledPolicy[])[] | undefined
}

/** The policy types in the order in which one of them is named for an explicit deny. */
export type PolicyType = 'scp' | 'rcp' | 'resource' | 'identity' | 'boundary' | 'session'
