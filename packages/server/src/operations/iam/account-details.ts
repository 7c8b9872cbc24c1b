import type {
  EntityType,
  GetAccountAuthorizationDetailsResponse,
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  UserDetail,
} from '@fairlead/wire/model/generated/iam'
import type { Group } from '../../domain/group.ts'
import type { ManagedPolicy } from '../../domain/managed-policy.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Role } from '../../domain/role.ts'
import type { User } from '../../domain/user.ts'
import type { Context } from '../operation.ts'
import { shownBoundary } from './boundary.ts'
import { describeGroup, describePolicy, describeRole, describeUser, describeVersion } from './describe.ts'
import { describeInstanceProfile } from './instance-profiles.ts'
import { encodedDocument } from './policy-document.ts'
import { shownTags } from './tags.ts'

/** Part of an answer of GetAccountAuthorizationDetails: the list that one entity goes into, with it alone. */
export type Detail = Omit<GetAccountAuthorizationDetailsResponse, 'IsTruncated' | 'Marker'>

/** Reads one kind's entities, page by page, with all that they are bound by. */
export const detailsOf: Readonly<Record<EntityType, (context: Context, page: PageRequest) => Promise<Page<Detail>>>> = {
  User: async (context, page) =>
    eachOf(await context.store.identities.users.listUsers(page), async (user) => ({
      UserDetailList: [await userDetail(context, user)],
    })),

  Group: async (context, page) =>
    eachOf(await context.store.identities.groups.listGroups(page), async (group) => ({
      GroupDetailList: [await groupDetail(context, group)],
    })),

  Role: async (context, page) =>
    eachOf(await context.store.identities.roles.listRoles(page), async (role) => ({
      RoleDetailList: [await roleDetail(context, role)],
    })),

  LocalManagedPolicy: async (context, page) => {
    const policies = await context.store.identities.policies.listPolicies({ owner: 'Local' }, page)
    return eachOf(policies, async (policy) => ({ Policies: [await policyDetail(context, policy)] }))
  },

  // Of AWS's own only those in use: the others say nothing about this account.
  AWSManagedPolicy: async (context, page) => {
    const policies = await context.store.identities.policies.listPolicies({ owner: 'AWS', onlyAttached: true }, page)
    return eachOf(policies, async (policy) => ({ Policies: [await policyDetail(context, policy)] }))
  },
}

async function eachOf<Item>(
  { items, next }: Page<Item>,
  detail: (item: Item) => Promise<Detail>,
): Promise<Page<Detail>> {
  return { items: await Promise.all(items.map(detail)), next }
}

async function userDetail(context: Context, user: User): Promise<UserDetail> {
  const groups = await context.store.identities.groups.listGroupsOf(user.userId)
  return {
    ...describeUser(user, context.scope),
    UserPolicyList: await inlineOf(context, user.userId),
    GroupList: groups.map(({ groupName }) => groupName),
    AttachedManagedPolicies: await attachedTo(context, user.userId),
    ...shownBoundary(user),
    ...shownTags(user.tags),
  }
}

async function groupDetail(context: Context, group: Group): Promise<GroupDetail> {
  return {
    ...describeGroup(group, context.scope),
    GroupPolicyList: await inlineOf(context, group.groupId),
    AttachedManagedPolicies: await attachedTo(context, group.groupId),
  }
}

async function roleDetail(context: Context, role: Role): Promise<RoleDetail> {
  const { Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument } = describeRole(role, context.scope)
  const { roleId } = role
  const profiles = await context.store.identities.instanceProfiles.listProfiles({ limit: 100, roleId })
  return {
    ...{ Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument },
    InstanceProfileList: await Promise.all(profiles.items.map((profile) => describeInstanceProfile(context, profile))),
    RolePolicyList: await inlineOf(context, roleId),
    AttachedManagedPolicies: await attachedTo(context, roleId),
    ...shownBoundary(role),
    ...shownTags(role.tags),
  }
}

async function policyDetail({ store }: Context, policy: ManagedPolicy): Promise<ManagedPolicyDetail> {
  const versions = await store.identities.policies.listVersions(policy.arn)
  return {
    ...describePolicy(policy),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    PolicyVersionList: versions.map((version) => ({
      ...describeVersion(version),
      Document: encodedDocument(version.document),
    })),
  }
}

async function inlineOf({ store }: Context, ownerId: string): Promise<readonly PolicyDetail[]> {
  const policies = await store.identities.inlinePolicies.listInlinePolicies(ownerId)
  return policies.map(({ policyName, document }) => ({
    PolicyName: policyName,
    PolicyDocument: encodedDocument(document),
  }))
}

async function attachedTo({ store }: Context, ownerId: string): Promise<UserDetail['AttachedManagedPolicies']> {
  const attached = await store.identities.attachments.listAttached(ownerId)
  return attached.map(({ policyName, policyArn }) => ({ PolicyName: policyName, PolicyArn: policyArn }))
}
