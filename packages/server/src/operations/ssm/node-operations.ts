import type { AnyOperation } from '../operation.ts'
import { addTagsToResource } from './add-tags-to-resource.ts'
import { createActivation } from './create-activation.ts'
import { deleteActivation } from './delete-activation.ts'
import { deregisterManagedInstance } from './deregister-managed-instance.ts'
import { describeActivations } from './describe-activations.ts'
import { describeInstanceInformation } from './describe-instance-information.ts'
import { describeInstanceProperties } from './describe-instance-properties.ts'
import { listInstanceAssociations } from './list-instance-associations.ts'
import { listNodes } from './list-nodes.ts'
import { listNodesSummary } from './list-nodes-summary.ts'
import { listTagsForResource } from './list-tags-for-resource.ts'
import { registerManagedInstance } from './register-managed-instance.ts'
import { removeTagsFromResource } from './remove-tags-from-resource.ts'
import { requestManagedInstanceRoleToken } from './request-managed-instance-role-token.ts'
import { updateInstanceAssociationStatus } from './update-instance-association-status.ts'
import { updateInstanceInformation } from './update-instance-information.ts'
import { updateManagedInstancePublicKey } from './update-managed-instance-public-key.ts'
import { updateManagedInstanceRole } from './update-managed-instance-role.ts'

/** Nodes, activations and tags. */
export const nodeOperations: readonly AnyOperation[] = [
  addTagsToResource,
  createActivation,
  deleteActivation,
  deregisterManagedInstance,
  describeActivations,
  describeInstanceInformation,
  describeInstanceProperties,
  listInstanceAssociations,
  listNodes,
  listNodesSummary,
  listTagsForResource,
  registerManagedInstance,
  removeTagsFromResource,
  requestManagedInstanceRoleToken,
  updateInstanceAssociationStatus,
  updateInstanceInformation,
  updateManagedInstancePublicKey,
  updateManagedInstanceRole,
]
