import type { DeleteUserPermissionsBoundaryRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { boundedUserCheck } from './check.ts'
import { findUser } from './find.ts'

/** DeleteUserPermissionsBoundary: a user's other policies decide alone again. */
export const deleteUserPermissionsBoundary: Operation<DeleteUserPermissionsBoundaryRequest, undefined> = {
  service: 'iam',
  name: 'DeleteUserPermissionsBoundary',
  action: 'iam:DeleteUserPermissionsBoundary',

  resources: ({ UserName }, scope) => [boundedUserCheck(scope, UserName)],

  async handle({ UserName }, context) {
    const { userId } = await findUser(context, UserName)
    if (await context.store.identities.boundaries.removeBoundary(userId)) return undefined
    throw new ServiceError('NoSuchEntity', `The user with name ${UserName} cannot be found.`)
  },
}
