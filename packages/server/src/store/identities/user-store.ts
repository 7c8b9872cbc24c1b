import type { Page } from '../../domain/page.ts'
import type { Tags } from '../../domain/tag.ts'
import type { TrustChange } from '../../domain/trust-principal.ts'
import type { User } from '../../domain/user.ts'
import type { PathPage } from './path-listing.ts'

/** Why something cannot be removed yet: what still hangs on it, or that it is gone. */
export type RemovalOfUser =
  | 'removed'
  | 'not-found'
  | 'has-access-keys'
  | 'has-groups'
  | 'has-policies'
  | 'has-attachments'
  | 'has-mfa-devices'
  | 'has-login-profile'

/** Users by name. Names are unique without regard to case and are found in any case. */
export interface UserStore {
  /** Its boundary, if it has one, has to be there. `limit` is how many an account has at most. */
  addUser(user: User, limit?: number): Promise<'added' | 'name-taken' | 'no-boundary' | 'too-many'>
  findUser(userName: string): Promise<User | undefined>
  findUserById(userId: string): Promise<User | undefined>
  /** In the order of names; `pathPrefix` as in `/division/`. */
  listUsers(page: PathPage): Promise<Page<User>>
  /**
   * Gives it another name and path, if it still has those of `user`; keys and policies stay with it. `trusts` are
   * changed in the same write, if they are still as they were read.
   */
  renameUser(
    user: Pick<User, 'userId' | 'userName' | 'path'>,
    to: { readonly userName: string; readonly path: string },
    trusts?: readonly TrustChange[],
  ): Promise<'renamed' | 'not-found' | 'changed-meanwhile' | 'name-taken' | 'trusts-changed'>
  /** Saves `next` if the tags are still as in `user`; false when somebody was first, or it is gone. */
  saveUserTags(user: User, next: Tags): Promise<boolean>
  /** `trusts` as above. */
  removeUser(userId: string, trusts?: readonly TrustChange[]): Promise<RemovalOfUser | 'trusts-changed'>
}
