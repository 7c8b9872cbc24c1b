import type {
  Group as WireGroup,
  Policy as WirePolicy,
  PolicyVersion as WirePolicyVersion,
  Role as WireRole,
  User as WireUser,
} from '@fairlead/wire/model/generated/iam'
import { groupArn, roleArn, userArn } from '../../domain/arn.ts'
import type { Group } from '../../domain/group.ts'
import type { ManagedPolicy, PolicyVersion } from '../../domain/managed-policy.ts'
import type { Role } from '../../domain/role.ts'
import type { Scope } from '../../domain/scope.ts'
import type { User } from '../../domain/user.ts'
import { encodedDocument } from './policy-document.ts'

/** As in listings, which leave the tags out (ListUsers reference); shownTags adds them. */
export function describeUser(user: User, scope: Scope): WireUser {
  return {
    Path: user.path,
    UserName: user.userName,
    UserId: user.userId,
    Arn: userArn(scope, user.path, user.userName),
    CreateDate: user.createdAt,
  }
}

export function describeGroup(group: Group, scope: Scope): WireGroup {
  return {
    Path: group.path,
    GroupName: group.groupName,
    GroupId: group.groupId,
    Arn: groupArn(scope, group.path, group.groupName),
    CreateDate: group.createdAt,
  }
}

export function describeRole(role: Role, scope: Scope): WireRole {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: roleArn(scope, role.path, role.roleName),
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodedDocument(role.trustPolicy),
    ...(role.description === undefined ? {} : { Description: role.description }),
    MaxSessionDuration: role.maxSessionSeconds,
  }
}

export function describePolicy(policy: ManagedPolicy): WirePolicy {
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: policy.attachmentCount,
    PermissionsBoundaryUsageCount: policy.boundaryCount,
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
  }
}

/** Without its document, which only GetPolicyVersion shows. */
export function describeVersion(version: PolicyVersion): WirePolicyVersion {
  return { VersionId: version.versionId, IsDefaultVersion: version.isDefault, CreateDate: version.createdAt }
}
