import type { Group } from '../../domain/group.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { User } from '../../domain/user.ts'
import type { PathPage } from './path-listing.ts'

export type RemovalOfGroup = 'removed' | 'not-found' | 'has-members' | 'has-policies' | 'has-attachments'

/** Groups by name, and who is in them. Names are unique without regard to case and are found in any case. */
export interface GroupStore {
  addGroup(group: Group, limit: number): Promise<'added' | 'name-taken' | 'too-many'>
  findGroup(groupName: string): Promise<Group | undefined>
  /** In the order of names; `pathPrefix` as in `/division/`. */
  listGroups(page: PathPage): Promise<Page<Group>>
  /** Gives it another name and path, if it still has those of `group`; members and policies stay with it. */
  renameGroup(
    group: Pick<Group, 'groupId' | 'groupName' | 'path'>,
    to: { readonly groupName: string; readonly path: string },
  ): Promise<'renamed' | 'changed-meanwhile' | 'name-taken'>
  removeGroup(groupId: string): Promise<RemovalOfGroup>

  /** Adding who is in it changes nothing. `limit` is how many groups a user may be in. */
  addMember(groupId: string, userId: string, limit: number): Promise<'added' | 'not-found' | 'too-many'>
  /** False when the user was not in it. */
  removeMember(groupId: string, userId: string): Promise<boolean>
  /** In the order of names. */
  listMembers(groupId: string, page: PageRequest): Promise<Page<User>>
  /** In the order of names. All of them: the quota keeps them few. */
  listGroupsOf(userId: string): Promise<readonly Group[]>
}
