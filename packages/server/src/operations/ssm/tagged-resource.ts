import type { ResourceTypeForTagging } from '@fairlead/wire/model/generated/ssm'
import { documentArn, nodeArn, parameterArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Scope } from '../../domain/scope.ts'
import { placeOfName } from '../../domain/ssm-parameter-name.ts'
import type { TaggedResource } from '../../domain/tag.ts'
import type { AccessCheck, Context } from '../operation.ts'
import { findNamed, nameCheck } from './parameter-access.ts'

/** How the operations on tags name a resource. */
export interface NamedResource {
  readonly ResourceType: ResourceTypeForTagging
  readonly ResourceId: string
}

/** The check that all operations on tags share: the action on the tagged resource. */
export function taggingCheck({ ResourceType, ResourceId }: NamedResource, scope: Scope): AccessCheck {
  const resource = taggedArn(ResourceType, ResourceId, scope)
  if (ResourceType === 'Document') return { resource, document: ResourceId }
  if (ResourceType === 'Parameter') return nameCheck(ResourceId, scope)
  return ResourceType === 'ManagedInstance'
    ? { resource, tagsOf: { type: ResourceType, id: ResourceId } }
    : { resource }
}

/**
 * The resource whose tags are meant. Managed nodes, parameters and the account's own documents are all
 * that carries tags for now.
 *
 * @throws {ServiceError} InvalidResourceType for what is not served, InvalidResourceId for what is not there
 */
export async function requireTaggable(
  { ResourceType, ResourceId }: NamedResource,
  { store }: Pick<Context, 'store'>,
): Promise<TaggedResource> {
  if (ResourceType === 'Document') {
    if (await store.documents.findDocument(ResourceId)) return { type: ResourceType, id: ResourceId }
  } else if (ResourceType === 'Parameter') {
    const parameter = await findNamed({ store }, ResourceId)
    if (parameter) return { type: ResourceType, id: placeOfName(parameter.name) }
  } else if (ResourceType === 'ManagedInstance') {
    if (await store.nodes.findNode(ResourceId)) return { type: ResourceType, id: ResourceId }
  } else {
    throw new ServiceError('InvalidResourceType', `Resources of type ${ResourceType} cannot be tagged here.`)
  }
  throw noResource({ ResourceType, ResourceId })
}

export function noResource({ ResourceType, ResourceId }: NamedResource): ServiceError {
  const kind = { Document: 'document', Parameter: 'parameter' }[String(ResourceType)] ?? 'managed node'
  return new ServiceError('InvalidResourceId', `${ResourceId} is not a ${kind} of this account.`)
}

/** Names of resource types in ARNs (IAM service authorization reference). */
const arnTypes: Readonly<
  Record<Exclude<ResourceTypeForTagging, 'ManagedInstance' | 'Document' | 'Parameter'>, string>
> = {
  MaintenanceWindow: 'maintenancewindow',
  PatchBaseline: 'patchbaseline',
  OpsItem: 'opsitem',
  OpsMetadata: 'opsmetadata',
  Automation: 'automation-execution',
  Association: 'association',
}

function taggedArn(type: ResourceTypeForTagging, id: string, scope: Scope): string {
  if (type === 'ManagedInstance') return nodeArn(scope, id)
  if (type === 'Document') return documentArn(scope, id)
  if (type === 'Parameter') return parameterArn(scope, id)
  return `arn:aws:ssm:${scope.region}:${scope.account}:${arnTypes[type]}/${id.replace(/^\//, '')}`
}
