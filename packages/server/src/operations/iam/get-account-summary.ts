import { kindRules } from '@fairlead/iam'
import type { GetAccountSummaryResponse } from '@fairlead/wire/model/generated/iam'
import { accessKeysPerUser } from '../../domain/access-key.ts'
import { groupsPerAccount, groupsPerUser } from '../../domain/group.ts'
import { instanceProfilesPerAccount } from '../../domain/instance-profile.ts'
import { attachmentsPerPrincipal, policiesPerAccount, versionsPerPolicy } from '../../domain/managed-policy.ts'
import { rolesPerAccount } from '../../domain/role.ts'
import { usersPerAccount } from '../../domain/user.ts'
import type { Operation } from '../operation.ts'

/** Quotas of the IAM user guide, "IAM and AWS STS quotas"; and what there is none of here. */
const quotas = {
  UsersQuota: usersPerAccount,
  GroupsQuota: groupsPerAccount,
  GroupsPerUserQuota: groupsPerUser,
  RolesQuota: rolesPerAccount,
  InstanceProfilesQuota: instanceProfilesPerAccount,
  PoliciesQuota: policiesPerAccount,
  PolicySizeQuota: kindRules.managed.longest,
  VersionsPerPolicyQuota: versionsPerPolicy,
  PolicyVersionsInUseQuota: 10_000,
  UserPolicySizeQuota: kindRules.user.longest,
  GroupPolicySizeQuota: kindRules.group.longest,
  RolePolicySizeQuota: kindRules.role.longest,
  AssumeRolePolicySizeQuota: kindRules.trust.longest,
  AttachedPoliciesPerUserQuota: attachmentsPerPrincipal,
  AttachedPoliciesPerGroupQuota: attachmentsPerPrincipal,
  AttachedPoliciesPerRoleQuota: attachmentsPerPrincipal,
  AccessKeysPerUserQuota: accessKeysPerUser,
  SigningCertificatesPerUserQuota: 2,
  ServerCertificatesQuota: 20,
  ServerCertificates: 0,
  AccountMFAEnabled: 0,
  AccountPasswordPresent: 0,
  AccountSigningCertificatesPresent: 0,
  GlobalEndpointTokenVersion: 1,
} as const

/** GetAccountSummary: how much the account has, and how much it may have. */
export const getAccountSummary: Operation<Readonly<Record<string, never>>, GetAccountSummaryResponse> = {
  service: 'iam',
  name: 'GetAccountSummary',
  action: 'iam:GetAccountSummary',

  resources: () => [{ resource: '*' }],

  async handle(_input, { store }) {
    const counts = await store.identities.account.counts()
    return {
      SummaryMap: {
        ...quotas,
        Users: counts.users,
        Groups: counts.groups,
        Roles: counts.roles,
        InstanceProfiles: counts.instanceProfiles,
        Policies: counts.policies,
        PolicyVersionsInUse: counts.policyVersions,
        Providers: counts.oidcProviders,
        MFADevices: counts.mfaDevices,
        MFADevicesInUse: counts.mfaDevicesInUse,
        AccountAccessKeysPresent: Math.min(counts.rootKeys, 1),
      },
    }
  },
}
