import type { CancelKeyDeletionRequest, CancelKeyDeletionResponse } from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import { keyArn } from '../../domain/kms-key.ts'
import type { Operation } from '../operation.ts'
import { changeKey } from './change-key.ts'
import { authorizedKey } from './key-access.ts'

/** CancelKeyDeletion: the key stays, disabled until somebody enables it. */
export const cancelKeyDeletion: Operation<CancelKeyDeletionRequest, CancelKeyDeletionResponse> = {
  service: 'kms',
  name: 'CancelKeyDeletion',
  action: 'kms:CancelKeyDeletion',

  resources: () => [],

  async handle({ KeyId }, context) {
    const found = await authorizedKey(context, KeyId)
    const arn = keyArn(context.scope, found.keyId)
    await changeKey(context, found, (key) => {
      if (key.state !== 'PendingDeletion') {
        throw new ServiceError('KMSInvalidStateException', `${arn} is not pending deletion.`)
      }
      return { ...key, state: 'Disabled', deletionAt: undefined }
    })
    return { KeyId: arn }
  },
}
