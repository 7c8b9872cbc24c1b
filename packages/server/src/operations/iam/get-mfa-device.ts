import type { GetMFADeviceRequest, GetMFADeviceResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userOrCallerCheck } from './check.ts'
import { findUserOrCaller } from './find.ts'
import { findMfaDevice, noSuchMfaDevice } from './mfa-devices.ts'

/** GetMFADevice: one device of a user. */
export const getMFADevice: Operation<GetMFADeviceRequest, GetMFADeviceResponse> = {
  service: 'iam',
  name: 'GetMFADevice',
  action: 'iam:GetMFADevice',

  resources: ({ UserName }, scope, caller) => [userOrCallerCheck(scope, caller, UserName)],

  async handle({ UserName, SerialNumber }, context) {
    const user = await findUserOrCaller(context, UserName)
    const { ownerId, enabledAt } = await findMfaDevice(context, SerialNumber)
    if (user === undefined || ownerId !== user.userId) throw noSuchMfaDevice(SerialNumber)
    return { UserName: user.userName, SerialNumber, ...(enabledAt && { EnableDate: enabledAt }) }
  },
}
