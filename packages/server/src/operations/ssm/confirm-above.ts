import type { Context } from '../operation.ts'

/** Above how many nodes people of a user or role have to confirm, as somebody wrote it in a tag. */
export interface ConfirmAbove {
  readonly Value: string
  /** `user NAME` or `role NAME`. */
  readonly SetBy: string
}

const tagKey = 'fairlead:confirm-above'

/** What the caller's user or role says: few may read their own tags, and it is said to them all. */
export async function confirmAbove({ caller, store }: Context): Promise<ConfirmAbove | undefined> {
  const { users, roles } = store.identities
  if (caller.kind === 'role-session') {
    return ofTags((await roles.findRole(caller.roleName))?.tags, `role ${caller.roleName}`)
  }
  if (caller.kind !== 'user' && caller.kind !== 'federated-user') return undefined
  const { userName } = caller
  return userName === undefined ? undefined : ofTags((await users.findUser(userName))?.tags, `user ${userName}`)
}

function ofTags(tags: Readonly<Record<string, string>> | undefined, SetBy: string): ConfirmAbove | undefined {
  const Value = tags?.[tagKey]
  return Value === undefined ? undefined : { Value, SetBy }
}
