import type { Page, PageRequest } from '../domain/page.ts'
import type { ResourceGroup } from '../domain/resource-group.ts'
import type { Tags } from '../domain/tag.ts'

/** What is not named stays as it is, whoever changes it meanwhile. */
export interface GroupChange {
  readonly description?: string | undefined
  readonly query?: string | undefined
  readonly criticality?: number | undefined
  readonly owner?: string | undefined
  readonly displayName?: string | undefined
}

/** Resource groups. Their tags are in the TagStore, as of type ResourceGroup under the group's name. */
export interface ResourceGroupStore {
  /** Adds a group with its tags, or changes nothing and says why. `limit` is for all groups. */
  addGroup(group: ResourceGroup, tags: Tags, limit: number): Promise<'added' | 'exists' | 'too-many'>
  findGroup(name: string): Promise<ResourceGroup | undefined>
  /** In the order of names. */
  listGroups(page: PageRequest): Promise<Page<ResourceGroup>>
  /** Changes what is named of a group, and answers all of it then; undefined when there is no such group. */
  changeGroup(name: string, change: GroupChange): Promise<ResourceGroup | undefined>
  /** With its tags. It need not be there. */
  deleteGroup(name: string): Promise<void>
}
