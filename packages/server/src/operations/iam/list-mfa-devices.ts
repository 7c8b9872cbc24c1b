import type { ListMFADevicesRequest, ListMFADevicesResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userOrCallerCheck } from './check.ts'
import { findUserOrCaller } from './find.ts'
import { listed, pageRequest } from './page.ts'

/** ListMFADevices: the devices of one user; the root has none here. */
export const listMFADevices: Operation<ListMFADevicesRequest, ListMFADevicesResponse> = {
  service: 'iam',
  name: 'ListMFADevices',
  action: 'iam:ListMFADevices',

  resources: ({ UserName }, scope, caller) => [userOrCallerCheck(scope, caller, UserName)],

  async handle({ UserName, ...listing }, context) {
    const user = await findUserOrCaller(context, UserName)
    if (user === undefined) return { MFADevices: [], IsTruncated: false }
    const { mfaDevices } = context.store.identities
    const page = await mfaDevices.listDevices({ ...pageRequest(listing), ownerId: user.userId })
    return {
      MFADevices: page.items.map(({ serialNumber, enabledAt, createdAt }) => ({
        UserName: user.userName,
        SerialNumber: serialNumber,
        EnableDate: enabledAt ?? createdAt,
      })),
      ...listed(page),
    }
  },
}
