import { MalformedPolicy, type PolicyDocument, parsePolicy } from '@fairlead/iam'
import { roleArn, userArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { keyArn } from '../../domain/kms-key.ts'
import { keyPolicyName } from '../../domain/kms-key-policy.ts'
import type { Context } from '../operation.ts'
import { callerKeys, keyKind } from './key-access.ts'

/**
 * Checks a key policy before it is stored. Unless that is bypassed, it must leave the caller the right to change it
 * again, or leave that to the account's identity policies: a key that nobody can manage cannot be mended.
 *
 * @throws {ServiceError} MalformedPolicyDocumentException, LimitExceededException
 */
export async function checkKeyPolicy(
  context: Context,
  keyId: string,
  document: string,
  { BypassPolicyLockoutSafetyCheck: bypass = false }: { readonly BypassPolicyLockoutSafetyCheck?: boolean | undefined },
): Promise<void> {
  const policy = readKeyPolicy(document)
  await requirePrincipals(context, policy)
  if (bypass) return
  const [decision] = await context.decide([
    {
      resource: keyArn(context.scope, keyId),
      action: 'kms:PutKeyPolicy',
      resourcePolicy: { document },
      context: { ...keyKind, ...callerKeys(context) },
    },
  ])
  // What the caller's own policies say of it is no matter of the key policy.
  if (decision?.deniedBy === 'resource') {
    throw new ServiceError(
      'MalformedPolicyDocumentException',
      'The new key policy will not allow you to update the key policy in the future.',
    )
  }
}

function readKeyPolicy(document: string): PolicyDocument {
  try {
    return parsePolicy(document, 'resource')
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error
    const { fault, message, place } = error
    if (fault === 'too long') throw new ServiceError('LimitExceededException', message, { cause: error })
    const where = place.path === '' ? '' : ` (at ${place.path})`
    throw new ServiceError('MalformedPolicyDocumentException', `${message}${where}`, { cause: error })
  }
}

/** Users and roles of our own account have to be there: a name that was mistyped would lock its owner out. */
async function requirePrincipals(context: Context, { statements }: PolicyDocument): Promise<void> {
  const named = statements.flatMap(({ principal }) => principal?.entries ?? []).filter(({ type }) => type === 'AWS')
  for (const value of new Set(named.map((entry) => entry.value))) {
    if (await isKnown(value, context)) continue
    throw new ServiceError(
      'MalformedPolicyDocumentException',
      `Policy contains a statement with one or more invalid principals: ${value} does not exist.`,
    )
  }
}

/** Whoever belongs to another account, or is no user and no role, cannot be looked up here. */
async function isKnown(principal: string, { scope, store }: Context): Promise<boolean> {
  const { users, roles } = store.identities
  const name = principal.slice(principal.lastIndexOf('/') + 1)
  if (principal.startsWith(userArn(scope, '/', ''))) {
    const user = await users.findUser(name)
    return user !== undefined && userArn(scope, user.path, user.userName) === principal
  }
  if (!principal.startsWith(roleArn(scope, '/', ''))) return true
  const role = await roles.findRole(name)
  return role !== undefined && roleArn(scope, role.path, role.roleName) === principal
}

/**
 * A key has one policy.
 *
 * @throws {ServiceError} NotFoundException for any other name
 */
export function requirePolicyName(name: string = keyPolicyName): void {
  if (name !== keyPolicyName) throw new ServiceError('NotFoundException', 'No such policy exists')
}
