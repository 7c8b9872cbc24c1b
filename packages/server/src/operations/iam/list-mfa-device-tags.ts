import type { ListMFADeviceTagsRequest, ListMFADeviceTagsResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { mfaDeviceCheck } from './check.ts'
import { findMfaDevice } from './mfa-devices.ts'
import { listed, pageOf, pageRequest } from './page.ts'
import { listTags } from './tags.ts'

/** ListMFADeviceTags: the tags of a device, in the order of keys. */
export const listMFADeviceTags: Operation<ListMFADeviceTagsRequest, ListMFADeviceTagsResponse> = {
  service: 'iam',
  name: 'ListMFADeviceTags',
  action: 'iam:ListMFADeviceTags',

  resources: ({ SerialNumber }) => [mfaDeviceCheck(SerialNumber)],

  async handle({ SerialNumber, ...listing }, context) {
    const { tags } = await findMfaDevice(context, SerialNumber)
    const page = pageOf(listTags(tags), pageRequest(listing), ({ Key }) => Key)
    return { Tags: page.items, ...listed(page) }
  },
}
