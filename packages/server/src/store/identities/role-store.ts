import type { Page } from '../../domain/page.ts'
import type { Role } from '../../domain/role.ts'
import type { Tags } from '../../domain/tag.ts'
import type { TrustChange } from '../../domain/trust-principal.ts'
import type { PathPage } from './path-listing.ts'

export type RemovalOfRole = 'removed' | 'not-found' | 'has-instance-profiles' | 'has-policies' | 'has-attachments'

/** Roles by name. Names are unique without regard to case and are found in any case. */
export interface RoleStore {
  /** Its boundary, if it has one, has to be there. `limit` is how many an account has at most. */
  addRole(role: Role, limit?: number): Promise<'added' | 'name-taken' | 'no-boundary' | 'too-many'>
  findRole(roleName: string): Promise<Role | undefined>
  findRoleById(roleId: string): Promise<Role | undefined>
  /** In the order of names; `pathPrefix` as in `/service-role/`. */
  listRoles(page: PathPage): Promise<Page<Role>>
  /** What is not given stays as it is, whoever changes it meanwhile. False when it is gone. */
  describeRole(
    roleId: string,
    to: { readonly description?: string | undefined; readonly maxSessionSeconds?: number },
  ): Promise<boolean>
  /** False when it is gone. */
  replaceTrustPolicy(roleId: string, document: string): Promise<boolean>
  /** Saves `next` if the tags are still as in `role`; false when somebody was first, or it is gone. */
  saveRoleTags(role: Role, next: Tags): Promise<boolean>
  /** `trusts` of other roles are changed in the same write, if they are still as they were read. */
  removeRole(roleId: string, trusts?: readonly TrustChange[]): Promise<RemovalOfRole | 'trusts-changed'>
}
