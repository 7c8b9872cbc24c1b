import type { Page, PageRequest } from '../domain/page.ts'
import type { ResourceGroup } from '../domain/resource-group.ts'
import type { Tags } from '../domain/tag.ts'

/** Resource groups. Their tags are in the TagStore, as of type ResourceGroup under the group's name. */
export interface ResourceGroupStore {
  /** Adds a group with its tags, or changes nothing and says why. `limit` is for all groups. */
  addGroup(group: ResourceGroup, tags: Tags, limit: number): Promise<'added' | 'exists' | 'too-many'>
  findGroup(name: string): Promise<ResourceGroup | undefined>
  /** In the order of names. */
  listGroups(page: PageRequest): Promise<Page<ResourceGroup>>
  /** Answers false when there is no such group. */
  saveGroup(group: ResourceGroup): Promise<boolean>
  /** With its tags. It need not be there. */
  deleteGroup(name: string): Promise<void>
}
