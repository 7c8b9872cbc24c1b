import { compilePolicy, contextOf, decide, readPolicy } from '@fairlead/iam'
import { nodeArn, roleArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { bareRoleName, nodeRoleArn } from '../../domain/node-role.ts'
import type { Role } from '../../domain/role.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Context } from '../operation.ts'

/** The role that nodes are bound by. With another path than it is named with, it is another role. */
export async function findNodeRole(
  roleName: string,
  { store, scope }: Pick<Context, 'store' | 'scope'>,
): Promise<Role | undefined> {
  const role = await store.identities.roles.findRole(bareRoleName(roleName))
  return role && roleArn(scope, role.path, role.roleName) === nodeRoleArn(scope, roleName) ? role : undefined
}

/** @throws {ServiceError} ValidationException for a role that is not there or that nodes cannot have */
export async function requireNodeRole(roleName: string, context: Pick<Context, 'store' | 'scope'>): Promise<void> {
  const role = await findNodeRole(roleName, context)
  const arn = nodeRoleArn(context.scope, roleName)
  // Both texts are AWS's: aws-cli issue 4232, terraform-provider-aws issue 27952.
  if (!role) throw new ServiceError('ValidationException', `Not existing role: ${arn}`)
  if (!trustsSystemsManager(role, context.scope)) {
    throw new ServiceError(
      'ValidationException',
      `Nonexistent role or missing ssm service principal in trust policy: ${arn}`,
    )
  }
}

// A trust policy may be narrowed to the nodes of an account by aws:SourceArn; before there is a node, any will do.
const someNode = `mi-${'0'.repeat(17)}`

/** Whether the role's trust policy lets Systems Manager assume it on behalf of a node. */
export function trustsSystemsManager(role: Role, scope: Scope, nodeId = someNode): boolean {
  const { effect } = decide(
    {
      principal: { kind: 'service', account: '', arn: 'ssm.amazonaws.com' },
      action: 'sts:AssumeRole',
      resource: roleArn(scope, role.path, role.roleName),
      context: contextOf({ 'aws:SourceAccount': scope.account, 'aws:SourceArn': nodeArn(scope, nodeId) }),
    },
    {
      identity: [],
      resource: { policy: compilePolicy(readPolicy(role.trustPolicy), { name: role.roleName }), required: true },
    },
  )
  return effect === 'Allowed'
}
