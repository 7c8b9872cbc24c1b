import { resourceGroupArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { ResourceGroup } from '../../domain/resource-group.ts'
import type { Scope } from '../../domain/scope.ts'
import type { GroupChange } from '../../store/resource-group-store.ts'
import type { AccessCheck, Context } from '../operation.ts'

/** How requests name a group: by name or ARN in Group, by name in GroupName of old, by ARN in Arn. */
export interface GroupNames {
  readonly Group?: string | undefined
  readonly GroupName?: string | undefined
  readonly Arn?: string | undefined
}

/** The group that a request names, as policies see it. */
export function groupCheck(names: GroupNames, scope: Scope): AccessCheck {
  const name = nameOf(names, scope)
  return {
    resource: name.startsWith('arn:') ? name : resourceGroupArn(scope, name),
    tagsOf: { type: 'ResourceGroup', id: name },
  }
}

/**
 * The group that a request names.
 *
 * @throws {ServiceError} BadRequestException when none is named, or two; NotFoundException
 */
export async function findGroup(names: GroupNames, { store, scope }: Context): Promise<ResourceGroup> {
  const name = onlyName(names, scope)
  const group = await store.resourceGroups.findGroup(name)
  if (!group) throw noGroup(name)
  return group
}

/**
 * Changes the group that a request names, and answers all of it then.
 *
 * @throws {ServiceError} as `findGroup`
 */
export async function changeGroup(
  names: GroupNames,
  change: GroupChange,
  { store, scope }: Context,
): Promise<ResourceGroup> {
  const name = onlyName(names, scope)
  const group = await store.resourceGroups.changeGroup(name, change)
  if (!group) throw noGroup(name)
  return group
}

export function noGroup(name: string): ServiceError {
  return new ServiceError('NotFoundException', `Cannot find group: ${name}`)
}

function onlyName(names: GroupNames, scope: Scope): string {
  const given = [names.Group, names.GroupName, names.Arn].filter((name) => name !== undefined)
  if (given.length === 1) return nameOf(names, scope)
  throw new ServiceError('BadRequestException', 'Exactly one of Group and GroupName must be given.')
}

/** An ARN of this account and region is a name; another one stays what it is, and names no group. */
function nameOf({ Group, GroupName, Arn }: GroupNames, scope: Scope): string {
  const given = Group ?? GroupName ?? Arn ?? ''
  const own = resourceGroupArn(scope, '')
  return given.startsWith(own) ? given.slice(own.length) : given
}
