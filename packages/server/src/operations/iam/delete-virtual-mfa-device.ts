import type { DeleteVirtualMFADeviceRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { mfaDeviceCheck } from './check.ts'
import { noSuchMfaDevice } from './mfa-devices.ts'

/** DeleteVirtualMFADevice: only one that nobody has. */
export const deleteVirtualMFADevice: Operation<DeleteVirtualMFADeviceRequest, undefined> = {
  service: 'iam',
  name: 'DeleteVirtualMFADevice',
  action: 'iam:DeleteVirtualMFADevice',

  resources: ({ SerialNumber }) => [mfaDeviceCheck(SerialNumber)],

  async handle({ SerialNumber }, { store }) {
    const answer = await store.identities.mfaDevices.removeDevice(SerialNumber)
    if (answer === 'removed') return undefined
    if (answer === 'not-found') throw noSuchMfaDevice(SerialNumber)
    throw new ServiceError('DeleteConflict', `MFA VirtualDevice in use. Must deactivate first.`)
  },
}
