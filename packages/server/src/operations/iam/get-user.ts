import type { GetUserRequest, GetUserResponse, User as WireUser } from '@fairlead/wire/model/generated/iam'
import { rootArn } from '../../domain/arn.ts'
import type { Context, Operation } from '../operation.ts'
import { shownBoundary } from './boundary.ts'
import { userOrCallerCheck } from './check.ts'
import { describeUser } from './describe.ts'
import { findUserOrCaller } from './find.ts'
import { shownTags } from './tags.ts'

/** GetUser: one user; without a name, the caller. */
export const getUser: Operation<GetUserRequest, GetUserResponse> = {
  service: 'iam',
  name: 'GetUser',
  action: 'iam:GetUser',

  resources: ({ UserName }, scope, caller) => [userOrCallerCheck(scope, caller, UserName)],

  async handle({ UserName }, context) {
    const user = await findUserOrCaller(context, UserName)
    if (!user) return { User: await describeRoot(context) }
    return { User: { ...describeUser(user, context.scope), ...shownBoundary(user), ...shownTags(user.tags) } }
  },
}

/** Root is as old as its first key, and has no name; the model wants one. */
async function describeRoot({ scope, store, now }: Context): Promise<WireUser> {
  const keys = await store.identities.accessKeys.listAccessKeys(undefined, { limit: 10 })
  const times = keys.items.map(({ createdAt }) => createdAt.getTime())
  const CreateDate = times.length === 0 ? now() : new Date(Math.min(...times))
  return { Path: '/', UserName: 'root', UserId: scope.account, Arn: rootArn(scope), CreateDate }
}
