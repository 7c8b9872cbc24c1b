import type { ListAccessKeysRequest, ListAccessKeysResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userOrCallerCheck } from './check.ts'
import { findUserOrCaller } from './find.ts'
import { listed, pageRequest } from './page.ts'

/** ListAccessKeys: the keys of a user, without their secrets; without a name, the caller's. */
export const listAccessKeys: Operation<ListAccessKeysRequest, ListAccessKeysResponse> = {
  service: 'iam',
  name: 'ListAccessKeys',
  action: 'iam:ListAccessKeys',

  resources: ({ UserName }, scope, caller) => [userOrCallerCheck(scope, caller, UserName)],

  async handle({ UserName, ...listing }, context) {
    const user = await findUserOrCaller(context, UserName)
    const page = await context.store.identities.accessKeys.listAccessKeys(user?.userId, pageRequest(listing))
    const AccessKeyMetadata = page.items.map(({ accessKeyId, status, createdAt }) => ({
      UserName: user?.userName ?? 'root',
      AccessKeyId: accessKeyId,
      Status: status,
      CreateDate: createdAt,
    }))
    return { AccessKeyMetadata, ...listed(page) }
  },
}
