import { parameterArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { readKeyName } from '../../domain/kms-key-name.ts'
import { parameterKeyAlias, viaSystemsManager } from '../../domain/kms-managed-key.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Parameter } from '../../domain/ssm-parameter.ts'
import { decryptUnder, encryptUnder, headOf } from '../kms/cipher.ts'
import { encryptionKeys } from '../kms/encryption-context.ts'
import { allowedKey } from '../kms/key-access.ts'
import { requireEnabled } from '../kms/key-state.ts'
import { ensureManagedKey } from '../kms/managed-key.ts'
import { findNamedKey } from '../kms/named-key.ts'
import type { Context } from '../operation.ts'

/**
 * The value of a SecureString under the key that it names, in base64. The caller needs kms:Encrypt on the key, for an
 * advanced parameter kms:GenerateDataKey (KMS guide, "How AWS Systems Manager Parameter Store uses AWS KMS").
 *
 * @throws {ServiceError} InvalidKeyId, AccessDeniedException
 */
export async function sealValue(
  context: Context,
  { name, tier }: Pick<Parameter, 'name' | 'tier'>,
  { keyId, value }: { readonly keyId: string; readonly value: string },
): Promise<string> {
  const named = readKeyName(keyId, context.scope)
  if (named?.kind === 'alias' && named.isOurs && named.aliasName === parameterKeyAlias) {
    await ensureManagedKey(context, parameterKeyAlias)
  }
  const action = tier === 'Standard' ? 'kms:Encrypt' : 'kms:GenerateDataKey'
  const pairs = encryptionContext(context.scope, name)
  const ciphertext = await asInvalidKey(async () => {
    const found = await findNamedKey(context, keyId)
    const key = await allowedKey(found, context, { action, keys: keysOf(context, pairs) })
    requireEnabled(key, context.scope)
    return await encryptUnder(context, key, Buffer.from(value), pairs)
  })
  return Buffer.from(ciphertext).toString('base64')
}

/**
 * The parameter with its value in clear. The caller needs kms:Decrypt on the key of a SecureString.
 *
 * @throws {ServiceError} InvalidKeyId, AccessDeniedException
 */
export async function openedParameter(context: Context, parameter: Parameter): Promise<Parameter> {
  if (parameter.type !== 'SecureString') return parameter
  const ciphertext = new Uint8Array(Buffer.from(parameter.value, 'base64'))
  const pairs = encryptionContext(context.scope, parameter.name)
  const plaintext = await asInvalidKey(async () => {
    const head = headOf(ciphertext)
    const found = await findNamedKey(context, head.keyId)
    const key = await allowedKey(found, context, { action: 'kms:Decrypt', keys: keysOf(context, pairs) })
    requireEnabled(key, context.scope)
    return (await decryptUnder(context, ciphertext, head, pairs)).plaintext
  })
  return { ...parameter, value: Buffer.from(plaintext).toString() }
}

/** What each ciphertext is bound to: who has the key may open it with KMS too. */
function encryptionContext(scope: Scope, name: string) {
  return { PARAMETER_ARN: parameterArn(scope, name) }
}

function keysOf({ scope }: Context, pairs: Readonly<Record<string, string>>) {
  return { ...encryptionKeys(pairs), 'kms:ViaService': viaSystemsManager(scope) }
}

/** What KMS refuses is, in the words of Systems Manager, a matter of the key. */
async function asInvalidKey<Result>(use: () => Promise<Result>): Promise<Result> {
  try {
    return await use()
  } catch (error) {
    if (!(error instanceof ServiceError) || !kmsCodes.has(error.code)) throw error
    throw new ServiceError('InvalidKeyId', error.message, { cause: error })
  }
}

const kmsCodes: ReadonlySet<string> = new Set([
  'NotFoundException',
  'DisabledException',
  'KMSInvalidStateException',
  'InvalidCiphertextException',
])
