import type { GenerateDataKeyRequest, GenerateDataKeyResponse } from '@fairlead/wire/model/generated/kms'
import type { Operation } from '../operation.ts'
import { newDataKey } from './data-key.ts'

/** GenerateDataKey: random bytes to encrypt with, in clear and encrypted under a key. */
export const generateDataKey: Operation<GenerateDataKeyRequest, GenerateDataKeyResponse> = {
  service: 'kms',
  name: 'GenerateDataKey',
  action: 'kms:GenerateDataKey',

  resources: () => [],

  async handle(input, context) {
    const { plaintext, answer } = await newDataKey(input, context)
    return { ...answer, Plaintext: plaintext }
  },
}
