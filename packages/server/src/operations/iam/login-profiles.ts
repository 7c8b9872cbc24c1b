import type { LoginProfile as WireLoginProfile } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { LoginProfile } from '../../domain/login-profile.ts'
import { hashPassword, isPassword } from '../../domain/password.ts'
import { passwordFault, rememberedPasswords } from '../../domain/password-policy.ts'
import type { User } from '../../domain/user.ts'
import type { AccessCheck, Context } from '../operation.ts'
import { findUserOrCaller } from './find.ts'

/** A user's password, with its user. Throws NoSuchEntity; the root has none. */
export async function findLoginProfile(
  context: Context,
  userName: string | undefined,
): Promise<{ readonly user: User; readonly profile: LoginProfile }> {
  const user = await findUserOrCaller(context, userName)
  const profile = user && (await context.store.identities.loginProfiles.findLoginProfile(user.userId))
  if (user === undefined || profile === undefined) throw noSuchLoginProfile(user?.userName ?? 'root')
  return { user, profile }
}

export function noSuchLoginProfile(userName: string): ServiceError {
  return new ServiceError('NoSuchEntity', `Login Profile for User ${userName} cannot be found.`)
}

export function describeLoginProfile(userName: string, { createdAt, mustReset }: LoginProfile): WireLoginProfile {
  return { UserName: userName, CreateDate: createdAt, PasswordResetRequired: mustReset }
}

/**
 * The hash of a password that is to be.
 *
 * @param before the password that it follows, if there is one
 * @throws {ServiceError} PasswordPolicyViolation
 */
export async function newPasswordHash(
  password: string,
  before: LoginProfile | undefined,
  { store, scope, randomHex }: Context,
): Promise<Pick<LoginProfile, 'passwordHash' | 'previousHashes'>> {
  const { loginProfiles, account } = store.identities
  const policy = await loginProfiles.findPasswordPolicy()
  const alias = await account.findAlias()
  const fault = passwordFault(password, policy, [scope.account, ...(alias === undefined ? [] : [alias])])
  if (fault) throw new ServiceError('PasswordPolicyViolation', fault)
  const previousHashes = before ? [before.passwordHash, ...before.previousHashes].slice(0, rememberedPasswords) : []
  for (const hash of previousHashes.slice(0, policy?.reusePrevention ?? 0)) {
    if (!(await isPassword(password, hash))) continue
    throw new ServiceError('PasswordPolicyViolation', 'Password has been used before')
  }
  return { passwordHash: await hashPassword(password, randomHex), previousHashes }
}

/**
 * Whether the caller is allowed something that the account's password policy may let every user do for themselves;
 * an explicit denial counts all the same (IAM user guide, "Allow users to change their own passwords").
 */
export async function requireOfOwnPassword(context: Context, check: AccessCheck): Promise<void> {
  const [decision] = await context.decide([check])
  const policy = await context.store.identities.loginProfiles.findPasswordPolicy()
  const isUsers = context.caller.kind === 'user' && policy?.usersMayChange === true
  if (isUsers && decision?.effect !== 'ExplicitlyDenied') return
  await context.require([check])
}
