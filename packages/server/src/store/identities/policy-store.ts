import type { ManagedPolicy, PolicyVersion } from '../../domain/managed-policy.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Tags } from '../../domain/tag.ts'
import type { BindingPolicy, PolicyHolder } from '../identity-store.ts'

export interface PolicyFilter {
  readonly owner?: ManagedPolicy['owner'] | undefined
  readonly onlyAttached?: boolean | undefined
  /** Only those that are somebody's boundary. */
  readonly onlyBoundaries?: boolean | undefined
  readonly pathPrefix?: string | undefined
}

/** Managed policies and their versions: this account's own, and AWS's, which cannot be changed. */
export interface PolicyStore {
  /** `limit` is how many of its own an account has at most. */
  addPolicy(policy: ManagedPolicy, document: string, limit?: number): Promise<'added' | 'name-taken' | 'too-many'>
  findPolicy(arn: string): Promise<ManagedPolicy | undefined>
  /** AWS's first, then this account's, each in the order of names. */
  listPolicies(filter: PolicyFilter, page: PageRequest): Promise<Page<ManagedPolicy>>
  /** Saves `next` if the tags are still as in `policy`; false when somebody was first, or it is gone. */
  savePolicyTags(policy: ManagedPolicy, next: Tags): Promise<boolean>
  /** One that bounds somebody counts as attached. */
  removePolicy(arn: string): Promise<'removed' | 'not-found' | 'has-versions' | 'has-attachments'>

  findVersion(arn: string, versionId: string): Promise<PolicyVersion | undefined>
  /** Newest first. */
  listVersions(arn: string): Promise<readonly PolicyVersion[]>
  addVersion(
    arn: string,
    version: { readonly document: string; readonly createdAt: Date; readonly asDefault: boolean },
    limit: number,
  ): Promise<PolicyVersion | 'not-found' | 'too-many'>
  setDefaultVersion(arn: string, versionId: string, at: Date): Promise<'set' | 'not-found'>
  removeVersion(arn: string, versionId: string): Promise<'removed' | 'not-found' | 'is-default'>

  /**
   * Every policy that says what a user or role may do, or each user of a group: inline ones and the default versions of those attached, a
   * user's own and its groups'. Empty also when the principal is gone, so that whoever was deleted may do nothing.
   */
  bindingPolicies(holder: PolicyHolder): Promise<readonly BindingPolicy[]>
  /** The default version of one managed policy: a boundary, or one that narrows a session. */
  bindingPolicy(arn: string): Promise<BindingPolicy | undefined>
}
