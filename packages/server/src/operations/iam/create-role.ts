import type { CreateRoleRequest, CreateRoleResponse } from '@fairlead/wire/model/generated/iam'
import { roleArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { defaultMaxSessionSeconds, type Role, rolesPerAccount } from '../../domain/role.ts'
import { uniqueId } from '../../domain/unique-id.ts'
import type { Operation } from '../operation.ts'
import { boundaryKey, checkBoundary, noSuchBoundary, shownBoundary } from './boundary.ts'
import { newCheck } from './check.ts'
import { describeRole } from './describe.ts'
import { readTags, requestTagKeys, shownTags } from './tags.ts'
import { checkTrustPolicy } from './trust-policy.ts'

/** CreateRole: a new role, without rights, for whoever its trust policy names. */
export const createRole: Operation<CreateRoleRequest, CreateRoleResponse> = {
  service: 'iam',
  name: 'CreateRole',
  action: 'iam:CreateRole',

  resources: ({ RoleName, Path = '/', Tags }, scope) => newCheck(roleArn(scope, Path, RoleName), Tags, 'iam:TagRole'),
  requestContext: ({ Tags, PermissionsBoundary }) => ({ ...requestTagKeys(Tags), ...boundaryKey(PermissionsBoundary) }),

  async handle(input, context) {
    checkBoundary(input.PermissionsBoundary)
    await checkTrustPolicy(input.AssumeRolePolicyDocument, context)
    const role: Role = {
      roleId: uniqueId('AROA', (bytes) => context.randomHex(bytes)),
      roleName: input.RoleName,
      path: input.Path ?? '/',
      description: input.Description,
      trustPolicy: input.AssumeRolePolicyDocument,
      maxSessionSeconds: input.MaxSessionDuration ?? defaultMaxSessionSeconds,
      createdAt: context.now(),
      tags: readTags(input.Tags ?? []),
      boundaryArn: input.PermissionsBoundary,
    }
    const answer = await context.store.identities.roles.addRole(role)
    if (answer === 'name-taken') {
      throw new ServiceError('EntityAlreadyExists', `Role with name ${role.roleName} already exists.`)
    }
    if (answer === 'too-many') {
      throw new ServiceError('LimitExceeded', `Cannot exceed quota for RolesPerAccount: ${rolesPerAccount}`)
    }
    if (answer === 'no-boundary') throw noSuchBoundary(role.boundaryArn)
    return { Role: { ...describeRole(role, context.scope), ...shownBoundary(role), ...shownTags(role.tags) } }
  },
}
