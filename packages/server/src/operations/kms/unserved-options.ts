import type { EncryptionAlgorithmSpec, RecipientInfo } from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'

export interface CryptographicOptions {
  readonly EncryptionAlgorithm?: EncryptionAlgorithmSpec | undefined
  readonly GrantTokens?: readonly string[] | undefined
  readonly Recipient?: RecipientInfo | undefined
  readonly DryRunModifiers?: readonly string[] | undefined
}

/**
 * There are no grants, enclaves and asymmetric keys here, so nothing that speaks of them can be meant (decision 6).
 *
 * @throws {ServiceError} InvalidGrantTokenException, InvalidKeyUsageException, ValidationException
 */
export function refuseUnservedOptions(options: CryptographicOptions): void {
  const { EncryptionAlgorithm: algorithm = 'SYMMETRIC_DEFAULT', GrantTokens = [], Recipient, DryRunModifiers } = options
  if (GrantTokens.length > 0) {
    throw new ServiceError('InvalidGrantTokenException', 'Grants are not served here, so no grant token is valid.')
  }
  if (algorithm !== 'SYMMETRIC_DEFAULT') {
    throw new ServiceError(
      'InvalidKeyUsageException',
      `The encryption algorithm ${algorithm} is incompatible with the key spec SYMMETRIC_DEFAULT.`,
    )
  }
  const unserved = Recipient !== undefined ? 'Recipient' : DryRunModifiers?.length ? 'DryRunModifiers' : undefined
  if (unserved !== undefined) {
    throw new ServiceError('ValidationException', `${unserved} is not supported by this server.`)
  }
}

/**
 * The last question before anything is done: all that could have failed has been asked.
 *
 * @throws {ServiceError} DryRunOperationException
 */
export function stopWhenDry({ DryRun = false }: { readonly DryRun?: boolean | undefined }): void {
  if (!DryRun) return
  throw new ServiceError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.')
}
