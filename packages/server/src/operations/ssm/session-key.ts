import { ServiceError } from '../../domain/error.ts'
import { readKeyName } from '../../domain/kms-key-name.ts'
import type { SessionType } from '../../domain/session.ts'
import { findNamedKey } from '../kms/named-key.ts'
import type { Context } from '../operation.ts'

/**
 * Sees to it that a session that is to be encrypted can be. AWS starts it in any case, and its ends find out; who may use
 * the key is theirs to find out here too, since KMS asks it of each of them.
 *
 * @param keyId an id, an ARN or an alias, as the document has it; empty for a session that is not encrypted
 * @throws {ServiceError} ValidationException, saying what is wrong with the key and which document names it
 */
export async function requireSessionKey(
  keyId: string,
  sessionType: SessionType,
  documentName: string,
  context: Pick<Context, 'scope' | 'store'>,
): Promise<void> {
  if (keyId === '') return
  const fault = sessionType === 'Port' ? 'but ports are not encrypted with KMS' : await faultOf(keyId, context)
  if (fault === undefined) return
  throw new ServiceError(
    'ValidationException',
    `Document ${documentName} wants sessions to be encrypted with the KMS key ${keyId} (kmsKeyId), ${fault}. No session was started, since it would go without.`,
  )
}

async function faultOf(keyId: string, context: Pick<Context, 'scope' | 'store'>): Promise<string | undefined> {
  if (readKeyName(keyId, context.scope) === undefined) return 'which is no id, ARN or alias of a key'
  const { key } = await findNamedKey(context, keyId)
  if (key === undefined) return 'which does not exist'
  if (key.state === 'Disabled') return 'which is disabled'
  return key.state === 'PendingDeletion' ? 'which is pending deletion' : undefined
}
