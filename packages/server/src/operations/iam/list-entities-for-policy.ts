import type { ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse } from '@fairlead/wire/model/generated/iam'
import type { AttachedEntity, PolicyUse } from '../../store/identities/attachment-store.ts'
import type { Operation } from '../operation.ts'
import { policyCheck } from './check.ts'
import { findPolicy } from './find.ts'
import { listed, pageRequest } from './page.ts'

const uses: Readonly<Record<string, PolicyUse>> = {
  PermissionsPolicy: 'permissions',
  PermissionsBoundary: 'boundary',
}

/** ListEntitiesForPolicy: the users, groups and roles that a managed policy is attached to, or bounds. */
export const listEntitiesForPolicy: Operation<ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse> = {
  service: 'iam',
  name: 'ListEntitiesForPolicy',
  action: 'iam:ListEntitiesForPolicy',

  resources: ({ PolicyArn }) => [policyCheck(PolicyArn)],

  async handle({ PolicyArn, EntityFilter, PathPrefix = '/', PolicyUsageFilter, ...listing }, context) {
    await findPolicy(context, PolicyArn)
    const use = PolicyUsageFilter && uses[PolicyUsageFilter]
    const page = await context.store.identities.attachments.listEntities(PolicyArn, { ...pageRequest(listing), use })
    // A page may hold fewer than were asked for while there are more (reference, "MaxItems").
    const found = page.items.filter(({ path }) => path.startsWith(PathPrefix))
    const ofKind = (kind: AttachedEntity['kind'], filter: string): readonly AttachedEntity[] =>
      EntityFilter === undefined || EntityFilter === filter ? found.filter((entity) => entity.kind === kind) : []
    return {
      PolicyGroups: ofKind('group', 'Group').map(({ id, name }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: ofKind('user', 'User').map(({ id, name }) => ({ UserName: name, UserId: id })),
      PolicyRoles: ofKind('role', 'Role').map(({ id, name }) => ({ RoleName: name, RoleId: id })),
      ...listed(page),
    }
  },
}
