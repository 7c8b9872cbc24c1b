import type { Context } from '../operation.ts'
import { findRole, findUser } from './find.ts'

/** A user or a role, as what policies hang on. */
export interface PolicyOwner {
  readonly kind: 'user' | 'role'
  /** `AIDA…` or `AROA…` */
  readonly id: string
  readonly name: string
}

export async function userOwner(context: Context, userName: string): Promise<PolicyOwner> {
  const { userId: id, userName: name } = await findUser(context, userName)
  return { kind: 'user', id, name }
}

export async function roleOwner(context: Context, roleName: string): Promise<PolicyOwner> {
  const { roleId: id, roleName: name } = await findRole(context, roleName)
  return { kind: 'role', id, name }
}
