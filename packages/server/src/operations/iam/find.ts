import { ServiceError } from '../../domain/error.ts'
import type { Group } from '../../domain/group.ts'
import type { ManagedPolicy } from '../../domain/managed-policy.ts'
import type { Role } from '../../domain/role.ts'
import type { User } from '../../domain/user.ts'
import type { Context } from '../operation.ts'

/** Throws NoSuchEntity, as the others do. */
export async function findUser({ store }: Context, userName: string): Promise<User> {
  const user = await store.identities.users.findUser(userName)
  if (!user) throw new ServiceError('NoSuchEntity', `The user with name ${userName} cannot be found.`)
  return user
}

export async function findRole({ store }: Context, roleName: string): Promise<Role> {
  const role = await store.identities.roles.findRole(roleName)
  if (!role) throw new ServiceError('NoSuchEntity', `The role with name ${roleName} cannot be found.`)
  return role
}

export async function findGroup({ store }: Context, groupName: string): Promise<Group> {
  const group = await store.identities.groups.findGroup(groupName)
  if (!group) throw noSuchGroup(groupName)
  return group
}

export function noSuchGroup(groupName: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The group with name ${groupName} cannot be found.`)
}

export async function findPolicy({ store }: Context, policyArn: string): Promise<ManagedPolicy> {
  const policy = await store.identities.policies.findPolicy(policyArn)
  if (!policy) throw noSuchPolicy(policyArn)
  return policy
}

export function noSuchPolicy(policyArn: string): ServiceError {
  return new ServiceError('NoSuchEntity', `Policy ${policyArn} was not found.`)
}

/** The user that an operation is about when it may be left out; undefined is the root of the account. */
export async function findUserOrCaller(context: Context, userName: string | undefined): Promise<User | undefined> {
  const { caller } = context
  if (userName !== undefined) return findUser(context, userName)
  if (caller.kind === 'user') return findUser(context, caller.userName)
  if (caller.kind === 'root') return undefined
  throw new ServiceError('ValidationError', 'Must specify userName when calling with non-User credentials')
}

export function noSuchAccessKey(accessKeyId: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The Access Key with id ${accessKeyId} cannot be found.`)
}
