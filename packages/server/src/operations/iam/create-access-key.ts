import type { CreateAccessKeyRequest, CreateAccessKeyResponse } from '@fairlead/wire/model/generated/iam'
import { accessKeysPerUser, type NewAccessKey, newAccessKey } from '../../domain/access-key.ts'
import { ServiceError } from '../../domain/error.ts'
import type { User } from '../../domain/user.ts'
import type { Context, Operation } from '../operation.ts'
import { userOrCallerCheck } from './check.ts'
import { findUserOrCaller } from './find.ts'

/** CreateAccessKey: the one time that a secret is shown. */
export const createAccessKey: Operation<CreateAccessKeyRequest, CreateAccessKeyResponse> = {
  service: 'iam',
  name: 'CreateAccessKey',
  action: 'iam:CreateAccessKey',

  resources: ({ UserName }, scope, caller) => [userOrCallerCheck(scope, caller, UserName)],

  async handle({ UserName }, context) {
    const user = await findUserOrCaller(context, UserName)
    const key = newAccessKey(context.now(), (bytes) => context.randomHex(bytes))
    const answer = await addKey(context, user, key)
    if (answer === 'too-many') {
      throw new ServiceError('LimitExceeded', `Cannot exceed quota for AccessKeysPerUser: ${accessKeysPerUser}`)
    }
    if (answer === 'no-user') {
      throw new ServiceError('NoSuchEntity', `The user with name ${user?.userName ?? ''} cannot be found.`)
    }
    return {
      AccessKey: {
        UserName: user?.userName ?? 'root',
        AccessKeyId: key.accessKeyId,
        Status: 'Active',
        SecretAccessKey: key.secret,
        CreateDate: key.createdAt,
      },
    }
  },
}

function addKey(
  { store }: Context,
  user: User | undefined,
  key: NewAccessKey,
): Promise<'added' | 'too-many' | 'no-user'> {
  const { accessKeys } = store.identities
  return user
    ? accessKeys.addUserKey(user.userId, key, accessKeysPerUser)
    : accessKeys.addRootKey(key, accessKeysPerUser)
}
