import type { ListInstanceProfilesRequest, ListInstanceProfilesResponse } from '@fairlead/wire/model/generated/iam'
import { instanceProfileArn } from '../../domain/arn.ts'
import type { Operation } from '../operation.ts'
import { describeInstanceProfile } from './instance-profiles.ts'
import { listed, pageRequest } from './page.ts'

/** ListInstanceProfiles: the profiles under a path, in the order of names. */
export const listInstanceProfiles: Operation<ListInstanceProfilesRequest, ListInstanceProfilesResponse> = {
  service: 'iam',
  name: 'ListInstanceProfiles',
  action: 'iam:ListInstanceProfiles',

  // The path, although the reference knows no resource: AWS's own samples allow it on `arn:aws:iam::*:*`.
  resources: ({ PathPrefix = '/' }, scope) => [{ resource: instanceProfileArn(scope, PathPrefix, '') }],

  async handle({ PathPrefix: pathPrefix, ...listing }, context) {
    const { instanceProfiles } = context.store.identities
    const page = await instanceProfiles.listProfiles({ ...pageRequest(listing), pathPrefix })
    const InstanceProfiles = await Promise.all(page.items.map((profile) => describeInstanceProfile(context, profile)))
    return { InstanceProfiles, ...listed(page) }
  },
}
