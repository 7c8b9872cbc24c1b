import type { GenerateRandomRequest, GenerateRandomResponse } from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { randomBytes } from './cipher.ts'

export const generateRandom: Operation<GenerateRandomRequest, GenerateRandomResponse> = {
  service: 'kms',
  name: 'GenerateRandom',
  action: 'kms:GenerateRandom',

  resources: () => [{ resource: '*' }],

  async handle({ NumberOfBytes: length, CustomKeyStoreId, Recipient }, context) {
    if (CustomKeyStoreId !== undefined || Recipient !== undefined) {
      throw new ServiceError('UnsupportedOperationException', 'Custom key stores and enclaves are not served here.')
    }
    if (length === undefined) throw new ServiceError('ValidationException', 'NumberOfBytes is required.')
    return { Plaintext: randomBytes(context, length) }
  },
}
