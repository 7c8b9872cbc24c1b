import type { PutUserPermissionsBoundaryRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { boundaryKey, checkBoundary, noSuchBoundary } from './boundary.ts'
import { userCheck } from './check.ts'
import { findUser } from './find.ts'

/** PutUserPermissionsBoundary: how far a user's other policies reach from now on. */
export const putUserPermissionsBoundary: Operation<PutUserPermissionsBoundaryRequest, undefined> = {
  service: 'iam',
  name: 'PutUserPermissionsBoundary',
  action: 'iam:PutUserPermissionsBoundary',

  resources: ({ UserName, PermissionsBoundary }, scope) => [
    userCheck(scope, UserName, boundaryKey(PermissionsBoundary)),
  ],

  async handle({ UserName, PermissionsBoundary }, context) {
    const { userId } = await findUser(context, UserName)
    checkBoundary(PermissionsBoundary)
    const answer = await context.store.identities.boundaries.setBoundary(userId, PermissionsBoundary)
    if (answer === 'no-policy') throw noSuchBoundary(PermissionsBoundary)
    if (answer === 'no-owner') {
      throw new ServiceError('NoSuchEntity', `The user with name ${UserName} cannot be found.`)
    }
    return undefined
  },
}
