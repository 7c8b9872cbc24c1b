import type { Caller } from '../../domain/caller.ts'
import type { Tags } from '../../domain/tag.ts'
import type { Context } from '../operation.ts'

/**
 * The operating system user that the caller is tagged with: its session first, as people of a directory are told apart who share
 * a role, then its IAM user or role (user guide, "Turn on Run As support"; AWS's blog, "Session Manager run as support for
 * federated users using session tags"). IAM's tag keys are the same in any case.
 */
export async function runAsTag(caller: Caller, { identities }: Context['store']): Promise<string | undefined> {
  const ofSession = 'marks' in caller ? runAsOf(caller.marks?.tags) : undefined
  return ofSession ?? runAsOf(await tagsOf(caller, identities))
}

async function tagsOf(caller: Caller, identities: Context['store']['identities']): Promise<Tags | undefined> {
  if (caller.kind === 'role-session') return (await identities.roles.findRole(caller.roleName))?.tags
  const userName = caller.kind === 'user' || caller.kind === 'federated-user' ? caller.userName : undefined
  return userName === undefined ? undefined : (await identities.users.findUser(userName))?.tags
}

function runAsOf(tags: Tags = {}): string | undefined {
  return Object.entries(tags).find(([key]) => key.toLowerCase() === 'ssmsessionrunas')?.[1]
}
