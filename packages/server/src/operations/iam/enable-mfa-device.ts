import type { EnableMFADeviceRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import { mfaDevicesPerUser } from '../../domain/mfa-device.ts'
import type { Operation } from '../operation.ts'
import { userCheck } from './check.ts'
import { findUser } from './find.ts'
import { findMfaDevice, readTwoCodes } from './mfa-devices.ts'

/** EnableMFADevice: gives a virtual device to a user, who shows two codes in a row that it made. */
export const enableMFADevice: Operation<EnableMFADeviceRequest, undefined> = {
  service: 'iam',
  name: 'EnableMFADevice',
  action: 'iam:EnableMFADevice',

  resources: ({ UserName }, scope) => [userCheck(scope, UserName)],

  async handle({ UserName, SerialNumber, ...codes }, context) {
    const { userId } = await findUser(context, UserName)
    const device = await findMfaDevice(context, SerialNumber)
    const taken = new ServiceError('EntityAlreadyExists', 'MFA Device is already in use.')
    if (device.ownerId !== undefined) throw taken
    const enabledAt = context.now()
    const progress = readTwoCodes(device, codes, enabledAt)
    const to = { userId, enabledAt, progress }
    const answer = await context.store.identities.mfaDevices.assign(SerialNumber, to, mfaDevicesPerUser)
    if (answer === 'too-many') {
      throw new ServiceError('LimitExceeded', `Cannot exceed quota for MFADevicesPerUser: ${mfaDevicesPerUser}`)
    }
    if (answer === 'not-free') throw taken
    return undefined
  },
}
