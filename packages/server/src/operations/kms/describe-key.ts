import type { DescribeKeyRequest, DescribeKeyResponse } from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import { isManagedKey } from '../../domain/kms-managed-key.ts'
import type { Operation } from '../operation.ts'
import { authorizedKeyOrAlias } from './key-access.ts'
import { keyMetadata } from './key-metadata.ts'

export const describeKey: Operation<DescribeKeyRequest, DescribeKeyResponse> = {
  service: 'kms',
  name: 'DescribeKey',
  action: 'kms:DescribeKey',

  resources: () => [],

  async handle({ KeyId, GrantTokens = [] }, context) {
    const key = await authorizedKeyOrAlias(context, KeyId)
    if (GrantTokens.length > 0) {
      throw new ServiceError('ValidationException', 'Grants are not served here, so no grant token is valid.')
    }
    const manager = isManagedKey(context.scope, key.keyId) ? 'AWS' : 'CUSTOMER'
    return { KeyMetadata: keyMetadata(key, context.scope, manager) }
  },
}
