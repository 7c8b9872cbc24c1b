import type { Page, PageRequest } from '../../domain/page.ts'

export interface AttachedPolicy {
  readonly policyName: string
  readonly policyArn: string
}

/** A user or role that a managed policy is attached to. */
export interface AttachedEntity {
  readonly kind: 'user' | 'role'
  readonly id: string
  readonly name: string
  readonly path: string
}

/** Which managed policies are attached to which users and roles, by the owner's id (`AIDA…`, `AROA…`). */
export interface AttachmentStore {
  /** Attaching what is attached changes nothing. The owner and the policy have to be there. */
  attach(ownerId: string, policyArn: string, limit: number): Promise<'attached' | 'not-found' | 'too-many'>
  /** False when it was not attached. */
  detach(ownerId: string, policyArn: string): Promise<boolean>
  /** In the order of ARNs. All of them: the quota keeps them few. */
  listAttached(ownerId: string): Promise<readonly AttachedPolicy[]>
  /** In the order of the entities' ids. */
  listEntities(policyArn: string, page: PageRequest): Promise<Page<AttachedEntity>>
}
