import type { DeleteUserRequest } from '@fairlead/wire/model/generated/iam'
import { userArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { userCheck } from './check.ts'
import { findUser } from './find.ts'
import { withTrusts } from './trusts.ts'

const stillThere = {
  'has-access-keys': 'must delete access keys first',
  'has-groups': 'must remove users from group first',
  'has-policies': 'must delete policies first',
  'has-attachments': 'must detach all policies first',
  'has-login-profile': 'must delete login profile first',
  'has-mfa-devices': 'must delete MFA device first',
} as const

/** DeleteUser: only a user that nothing hangs on any more. */
export const deleteUser: Operation<DeleteUserRequest, undefined> = {
  service: 'iam',
  name: 'DeleteUser',
  action: 'iam:DeleteUser',

  resources: ({ UserName }, scope) => [userCheck(scope, UserName)],

  async handle({ UserName }, context) {
    const { userId, userName, path } = await findUser(context, UserName)
    const principal = { from: userArn(context.scope, path, userName), to: userId }
    const answer = await withTrusts(context, principal, (trusts) =>
      context.store.identities.users.removeUser(userId, trusts),
    )
    if (answer === 'removed') return undefined
    if (answer !== 'not-found') throw new ServiceError('DeleteConflict', `Cannot delete entity, ${stillThere[answer]}.`)
    throw new ServiceError('NoSuchEntity', `The user with name ${UserName} cannot be found.`)
  },
}
