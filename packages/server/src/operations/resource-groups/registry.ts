import type { AnyOperation } from '../operation.ts'
import { createGroup } from './create-group.ts'
import { deleteGroup } from './delete-group.ts'
import { getGroup } from './get-group.ts'
import { getGroupQuery } from './get-group-query.ts'
import { getTags } from './get-tags.ts'
import { listGroupResources } from './list-group-resources.ts'
import { listGroups } from './list-groups.ts'
import { searchResources } from './search-resources.ts'
import { tag } from './tag.ts'
import { untag } from './untag.ts'
import { updateGroup } from './update-group.ts'
import { updateGroupQuery } from './update-group-query.ts'

/** Resource Groups. */
export const resourceGroupsOperations: readonly AnyOperation[] = [
  createGroup,
  getGroup,
  getGroupQuery,
  updateGroup,
  updateGroupQuery,
  deleteGroup,
  listGroups,
  listGroupResources,
  searchResources,
  tag,
  untag,
  getTags,
]
