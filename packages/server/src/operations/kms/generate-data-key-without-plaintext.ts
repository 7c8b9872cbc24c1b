import type {
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse,
} from '@fairlead/wire/model/generated/kms'
import type { Operation } from '../operation.ts'
import { newDataKey } from './data-key.ts'

/** GenerateDataKeyWithoutPlaintext: for who will not encrypt at once, and asks Decrypt when it does. */
export const generateDataKeyWithoutPlaintext: Operation<
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse
> = {
  service: 'kms',
  name: 'GenerateDataKeyWithoutPlaintext',
  action: 'kms:GenerateDataKeyWithoutPlaintext',

  resources: () => [],

  async handle(input, context) {
    // Without KeySpec and NumberOfBytes it is AES_256 here (its reference); GenerateDataKey insists on one.
    const { KeySpec, NumberOfBytes } = input
    const spec = KeySpec === undefined && NumberOfBytes === undefined ? { KeySpec: 'AES_256' as const } : {}
    return (await newDataKey({ ...input, ...spec }, context)).answer
  },
}
