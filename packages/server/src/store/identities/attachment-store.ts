import type { Page, PageRequest } from '../../domain/page.ts'

export interface AttachedPolicy {
  readonly policyName: string
  readonly policyArn: string
}

/** How a managed policy is used: to allow, or as the boundary of what is allowed. */
export type PolicyUse = 'permissions' | 'boundary'

/** Whom a managed policy is attached to, or bounds. */
export interface AttachedEntity {
  readonly kind: 'user' | 'group' | 'role'
  readonly id: string
  readonly name: string
  readonly path: string
}

/** Which managed policies are attached to which users, groups and roles, by the owner's id (`AIDA…`, `AGPA…`, `AROA…`). */
export interface AttachmentStore {
  /** Attaching what is attached changes nothing. The owner and the policy have to be there. */
  attach(ownerId: string, policyArn: string, limit: number): Promise<'attached' | 'not-found' | 'too-many'>
  /** False when it was not attached. */
  detach(ownerId: string, policyArn: string): Promise<boolean>
  /** In the order of ARNs. All of them: the quota keeps them few. */
  listAttached(ownerId: string): Promise<readonly AttachedPolicy[]>
  /** In the order of the entities' ids, each once; those that use it either way unless `use` says which. */
  listEntities(
    policyArn: string,
    page: PageRequest & { readonly use?: PolicyUse | undefined },
  ): Promise<Page<AttachedEntity>>
}
