import type { ListUsersRequest, ListUsersResponse } from '@fairlead/wire/model/generated/iam'
import { userArn } from '../../domain/arn.ts'
import type { Operation } from '../operation.ts'
import { describeUser } from './describe.ts'
import { listed, pageRequest } from './page.ts'

/** ListUsers: the users under a path, in the order of names. */
export const listUsers: Operation<ListUsersRequest, ListUsersResponse> = {
  service: 'iam',
  name: 'ListUsers',
  action: 'iam:ListUsers',

  // The path, although the reference knows no resource: AWS's own samples allow it on `arn:aws:iam::*:*`.
  resources: ({ PathPrefix = '/' }, scope) => [{ resource: userArn(scope, PathPrefix, '') }],

  async handle({ PathPrefix: pathPrefix, ...listing }, { store, scope }) {
    const page = await store.identities.users.listUsers({ ...pageRequest(listing), pathPrefix })
    return { Users: page.items.map((user) => describeUser(user, scope)), ...listed(page) }
  },
}
