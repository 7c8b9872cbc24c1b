import type { UpdateUserRequest } from '@fairlead/wire/model/generated/iam'
import { userArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { userCheck } from './check.ts'
import { findUser } from './find.ts'
import { withTrusts } from './trusts.ts'

/** How often a change is tried again when somebody else changed the user in between. */
const mostTries = 5

/**
 * UpdateUser: another name or path. Keys and policies stay, and roles that trust the user go on trusting it;
 * other policies that name the old ARN no longer match.
 */
export const updateUser: Operation<UpdateUserRequest, undefined> = {
  service: 'iam',
  name: 'UpdateUser',
  action: 'iam:UpdateUser',

  // The new name as well, whose path is known only when the user is (user guide, "Rename an IAM user").
  resources: ({ UserName }, scope) => [userCheck(scope, UserName)],

  async handle({ UserName, NewUserName, NewPath }, context) {
    for (let tries = 0; tries < mostTries; tries++) {
      const user = await findUser(context, UserName)
      const to = { userName: NewUserName ?? user.userName, path: NewPath ?? user.path }
      const arns = {
        from: userArn(context.scope, user.path, user.userName),
        to: userArn(context.scope, to.path, to.userName),
      }
      await context.require([{ resource: arns.to }])
      const answer = await withTrusts(context, arns, (trusts) =>
        context.store.identities.users.renameUser(user, to, trusts),
      )
      if (answer === 'renamed') return undefined
      if (answer === 'name-taken') {
        throw new ServiceError('EntityAlreadyExists', `User with name ${to.userName} already exists.`)
      }
      if (answer === 'not-found') {
        throw new ServiceError('NoSuchEntity', `The user with name ${UserName} cannot be found.`)
      }
    }
    throw new ServiceError('ConcurrentModification', 'The user is being changed by others. Try again.')
  },
}
