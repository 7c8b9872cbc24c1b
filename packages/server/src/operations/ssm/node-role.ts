import { compilePolicy, contextOf, decide, readPolicy } from '@fairlead/iam'
import { nodeArn, roleArn } from '../../domain/arn.ts'
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
