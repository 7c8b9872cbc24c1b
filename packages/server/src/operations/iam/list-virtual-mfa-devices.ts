import type {
  ListVirtualMFADevicesRequest,
  ListVirtualMFADevicesResponse,
  VirtualMFADevice,
} from '@fairlead/wire/model/generated/iam'
import type { MfaDevice } from '../../domain/mfa-device.ts'
import type { Context, Operation } from '../operation.ts'
import { describeUser } from './describe.ts'
import { listed, pageRequest } from './page.ts'

/** ListVirtualMFADevices: the account's devices, without their seeds. */
export const listVirtualMFADevices: Operation<ListVirtualMFADevicesRequest, ListVirtualMFADevicesResponse> = {
  service: 'iam',
  name: 'ListVirtualMFADevices',
  action: 'iam:ListVirtualMFADevices',

  resources: () => [{ resource: '*' }],

  async handle({ AssignmentStatus = 'Any', ...listing }, context) {
    const isAssigned = AssignmentStatus === 'Any' ? undefined : AssignmentStatus === 'Assigned'
    const page = await context.store.identities.mfaDevices.listDevices({ ...pageRequest(listing), isAssigned })
    const VirtualMFADevices = await Promise.all(page.items.map((device) => describe(device, context)))
    return { VirtualMFADevices, ...listed(page) }
  },
}

async function describe(device: MfaDevice, { store, scope }: Context): Promise<VirtualMFADevice> {
  const { ownerId, enabledAt, serialNumber } = device
  const user = ownerId === undefined ? undefined : await store.identities.users.findUserById(ownerId)
  return {
    SerialNumber: serialNumber,
    ...(user && { User: describeUser(user, scope) }),
    ...(enabledAt && { EnableDate: enabledAt }),
  }
}
