import type {
  UpdateManagedInstanceRoleRequest,
  UpdateManagedInstanceRoleResult,
} from '@fairlead/wire/model/generated/ssm'
import { nodeArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { nodeRoleArn } from '../../domain/node-role.ts'
import type { Operation } from '../operation.ts'
import { requireNodeRole } from './node-role.ts'

/** UpdateManagedInstanceRole: another role for a hybrid node. It counts from the node's next credentials on, within the hour. */
export const updateManagedInstanceRole: Operation<UpdateManagedInstanceRoleRequest, UpdateManagedInstanceRoleResult> = {
  service: 'ssm',
  name: 'UpdateManagedInstanceRole',
  action: 'ssm:UpdateManagedInstanceRole',

  resources: ({ InstanceId, IamRole }, scope) => [
    { resource: nodeArn(scope, InstanceId), tagsOf: { type: 'ManagedInstance', id: InstanceId } },
    { resource: nodeRoleArn(scope, IamRole) },
    {
      action: 'iam:PassRole',
      resource: nodeRoleArn(scope, IamRole),
      context: { 'iam:PassedToService': 'ssm.amazonaws.com' },
    },
  ],

  async handle({ InstanceId, IamRole }, context) {
    await requireNodeRole(IamRole, context)
    if (await context.store.nodes.replaceRole(InstanceId, IamRole)) return {}
    throw new ServiceError('InvalidInstanceId', `${InstanceId} is not a managed node of this account.`)
  },
}
