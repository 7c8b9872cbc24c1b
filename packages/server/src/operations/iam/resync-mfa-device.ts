import type { ResyncMFADeviceRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { userCheck } from './check.ts'
import { findUser } from './find.ts'
import { findMfaDevice, noSuchMfaDevice, readTwoCodes } from './mfa-devices.ts'

/** ResyncMFADevice: two codes in a row show how far the device's clock is off; wrong ones are forgotten. */
export const resyncMFADevice: Operation<ResyncMFADeviceRequest, undefined> = {
  service: 'iam',
  name: 'ResyncMFADevice',
  action: 'iam:ResyncMFADevice',

  resources: ({ UserName }, scope) => [userCheck(scope, UserName)],

  async handle({ UserName, SerialNumber, ...codes }, context) {
    const { userId } = await findUser(context, UserName)
    const device = await findMfaDevice(context, SerialNumber)
    if (device.ownerId !== userId) throw noSuchMfaDevice(SerialNumber)
    const progress = readTwoCodes(device, codes, context.now())
    if (await context.store.identities.mfaDevices.saveProgress(device, progress)) return undefined
    throw new ServiceError('ConcurrentModification', 'The device is being used by others. Try again.')
  },
}
