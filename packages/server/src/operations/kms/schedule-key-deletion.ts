import type { ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse } from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import { keyArn } from '../../domain/kms-key.ts'
import type { Operation } from '../operation.ts'
import { changeKey } from './change-key.ts'
import { authorizedKey } from './key-access.ts'
import { requireStaying } from './key-state.ts'

const defaultDays = 30
const fewestDays = 7
const mostDays = 30
const dayMs = 86_400_000

/** ScheduleKeyDeletion: the key is of no use from now on, and destroyed when its time has come. */
export const scheduleKeyDeletion: Operation<ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse> = {
  service: 'kms',
  name: 'ScheduleKeyDeletion',
  action: 'kms:ScheduleKeyDeletion',

  resources: () => [],

  async handle({ KeyId, PendingWindowInDays: days = defaultDays }, context) {
    const keys = { 'kms:ScheduleKeyDeletionPendingWindowInDays': String(days) }
    const found = await authorizedKey(context, KeyId, { keys })
    if (days < fewestDays || days > mostDays) {
      throw new ServiceError(
        'ValidationException',
        `PendingWindowInDays is ${days}: a key is deleted after ${fewestDays} to ${mostDays} days.`,
      )
    }
    const deletionAt = new Date(context.now().getTime() + days * dayMs)
    await changeKey(context, found, (key) => {
      requireStaying(key, context.scope)
      return { ...key, state: 'PendingDeletion', deletionAt }
    })
    return {
      KeyId: keyArn(context.scope, found.keyId),
      DeletionDate: deletionAt,
      KeyState: 'PendingDeletion',
      PendingWindowInDays: days,
    }
  },
}
