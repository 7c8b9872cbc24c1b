import type { Context } from '../operation.ts'
import { findGroup, findRole, findUser } from './find.ts'

/** A user, a group or a role, as what policies hang on. */
export interface PolicyOwner {
  readonly kind: 'user' | 'group' | 'role'
  /** `AIDA…`, `AGPA…` or `AROA…` */
  readonly id: string
  readonly name: string
}

export async function userOwner(context: Context, userName: string): Promise<PolicyOwner> {
  const { userId: id, userName: name } = await findUser(context, userName)
  return { kind: 'user', id, name }
}

export async function groupOwner(context: Context, groupName: string): Promise<PolicyOwner> {
  const { groupId: id, groupName: name } = await findGroup(context, groupName)
  return { kind: 'group', id, name }
}

export async function roleOwner(context: Context, roleName: string): Promise<PolicyOwner> {
  const { roleId: id, roleName: name } = await findRole(context, roleName)
  return { kind: 'role', id, name }
}
