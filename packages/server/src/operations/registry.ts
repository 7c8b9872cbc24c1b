import { ec2messagesOperations } from './ec2messages/registry.ts'
import { fairleadOperations } from './fairlead/registry.ts'
import { iamOperations } from './iam/registry.ts'
import { kmsOperations } from './kms/registry.ts'
import type { AnyOperation } from './operation.ts'
import { resourceGroupsOperations } from './resource-groups/registry.ts'
import { ssmOperations } from './ssm/registry.ts'
import { ssmmessagesOperations } from './ssmmessages/registry.ts'
import { stsOperations } from './sts/registry.ts'

/** Every operation that is served, by `service:Name`. What is not here answers UnknownOperationException. */
export const operations: ReadonlyMap<string, AnyOperation> = new Map(
  [
    ...ssmOperations,
    ...iamOperations,
    ...stsOperations,
    ...kmsOperations,
    ...resourceGroupsOperations,
    ...ec2messagesOperations,
    ...ssmmessagesOperations,
    ...fairleadOperations,
  ].map((operation) => [`${operation.service}:${operation.name}`, operation]),
)
