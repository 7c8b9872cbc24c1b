import type { Caller } from '../../domain/caller.ts'
import type { Tags } from '../../domain/tag.ts'
import type { Context } from '../operation.ts'

/**
 * The operating system user that the caller's IAM user or role is tagged with (user guide, "Turn on Run As
 * support"). IAM's tag keys are the same in any case.
 */
export async function runAsTag(caller: Caller, { identities }: Context['store']): Promise<string | undefined> {
  const tags = await tagsOf(caller, identities)
  return Object.entries(tags).find(([key]) => key.toLowerCase() === 'ssmsessionrunas')?.[1]
}

async function tagsOf(caller: Caller, identities: Context['store']['identities']): Promise<Tags> {
  if (caller.kind === 'user') return (await identities.users.findUser(caller.userName))?.tags ?? {}
  if (caller.kind === 'role-session') return (await identities.roles.findRole(caller.roleName))?.tags ?? {}
  return {}
}
