import { MalformedPolicy, type PolicyDocument, parsePolicy } from '@fairlead/iam'
import { ServiceError } from '../../domain/error.ts'
import { keyArn } from '../../domain/kms-key.ts'
import { keyPolicyName } from '../../domain/kms-key-policy.ts'
import { missingPrincipal } from '../named-principals.ts'
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
  const missing = await missingPrincipal(readKeyPolicy(document), context)
  if (missing !== undefined) {
    throw new ServiceError(
      'MalformedPolicyDocumentException',
      `Policy contains a statement with one or more invalid principals: ${missing} does not exist.`,
    )
  }
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

/**
 * A key has one policy.
 *
 * @throws {ServiceError} NotFoundException for any other name
 */
export function requirePolicyName(name: string = keyPolicyName): void {
  if (name !== keyPolicyName) throw new ServiceError('NotFoundException', 'No such policy exists')
}
