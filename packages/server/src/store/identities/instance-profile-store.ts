import type { InstanceProfile } from '../../domain/instance-profile.ts'
import type { Page } from '../../domain/page.ts'
import type { Tags } from '../../domain/tag.ts'
import type { PathPage } from './path-listing.ts'

/** Instance profiles by name. Names are unique without regard to case and are found in any case. */
export interface InstanceProfileStore {
  addProfile(profile: InstanceProfile, limit: number): Promise<'added' | 'name-taken' | 'too-many'>
  findProfile(profileName: string): Promise<InstanceProfile | undefined>
  /** In the order of names; all, those under a path, or those with a role. */
  listProfiles(page: PathPage & { readonly roleId?: string | undefined }): Promise<Page<InstanceProfile>>
  /** A profile holds one role. */
  addRole(profileId: string, roleId: string): Promise<'added' | 'not-found' | 'has-role'>
  /** False when that role is not in it. */
  removeRole(profileId: string, roleId: string): Promise<boolean>
  /** Saves `next` if the tags are still as in `profile`; false when somebody was first, or it is gone. */
  saveProfileTags(profile: InstanceProfile, next: Tags): Promise<boolean>
  removeProfile(profileId: string): Promise<'removed' | 'not-found' | 'has-role'>
}
