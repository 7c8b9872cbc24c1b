import type { ListRolesRequest, ListRolesResponse } from '@fairlead/wire/model/generated/iam'
import { roleArn } from '../../domain/arn.ts'
import type { Operation } from '../operation.ts'
import { describeRole } from './describe.ts'
import { listed, pageRequest } from './page.ts'

/** ListRoles: the roles under a path, in the order of names. */
export const listRoles: Operation<ListRolesRequest, ListRolesResponse> = {
  service: 'iam',
  name: 'ListRoles',
  action: 'iam:ListRoles',

  // The path, although the reference knows no resource: AWS's own samples allow it on `arn:aws:iam::*:*`.
  resources: ({ PathPrefix = '/' }, scope) => [{ resource: roleArn(scope, PathPrefix, '') }],

  async handle({ PathPrefix: pathPrefix, ...listing }, { store, scope }) {
    const page = await store.identities.roles.listRoles({ ...pageRequest(listing), pathPrefix })
    return { Roles: page.items.map((role) => describeRole(role, scope)), ...listed(page) }
  },
}
