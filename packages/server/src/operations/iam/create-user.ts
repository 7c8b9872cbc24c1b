import type { CreateUserRequest, CreateUserResponse } from '@fairlead/wire/model/generated/iam'
import { userArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { uniqueId } from '../../domain/unique-id.ts'
import { type User, usersPerAccount } from '../../domain/user.ts'
import type { Operation } from '../operation.ts'
import { boundaryKey, checkBoundary, noSuchBoundary, shownBoundary } from './boundary.ts'
import { newCheck } from './check.ts'
import { describeUser } from './describe.ts'
import { readTags, requestTagKeys, shownTags } from './tags.ts'

/** CreateUser: a new user without keys and without rights. */
export const createUser: Operation<CreateUserRequest, CreateUserResponse> = {
  service: 'iam',
  name: 'CreateUser',
  action: 'iam:CreateUser',

  resources: ({ UserName, Path = '/', Tags }, scope) => newCheck(userArn(scope, Path, UserName), Tags, 'iam:TagUser'),
  requestContext: ({ Tags, PermissionsBoundary }) => ({ ...requestTagKeys(Tags), ...boundaryKey(PermissionsBoundary) }),

  async handle({ UserName: userName, Path: path = '/', Tags = [], PermissionsBoundary: boundaryArn }, context) {
    checkBoundary(boundaryArn)
    const userId = uniqueId('AIDA', (bytes) => context.randomHex(bytes))
    const user: User = { userId, userName, path, createdAt: context.now(), tags: readTags(Tags), boundaryArn }
    const answer = await context.store.identities.users.addUser(user)
    if (answer === 'name-taken') {
      throw new ServiceError('EntityAlreadyExists', `User with name ${userName} already exists.`)
    }
    if (answer === 'too-many') {
      throw new ServiceError('LimitExceeded', `Cannot exceed quota for UsersPerAccount: ${usersPerAccount}`)
    }
    if (answer === 'no-boundary') throw noSuchBoundary(boundaryArn)
    return { User: { ...describeUser(user, context.scope), ...shownBoundary(user), ...shownTags(user.tags) } }
  },
}
