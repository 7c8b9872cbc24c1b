import { type ContextLayer, contextLayer, type KeyLayer, type ResourceRequest, tagLayer } from '@fairlead/iam'
import { ownedDocument } from '../domain/document-catalogue.ts'
import type { Scope } from '../domain/scope.ts'
import type { TaggedResource, Tags } from '../domain/tag.ts'
import type { AccessCheck } from '../operations/operation.ts'
import type { Store } from '../store/store.ts'
import { identityResource } from './identity-resource.ts'

const noKeys: ContextLayer = new Map()
/** In AWS it is the number of an account, which is published nowhere; this is no account's. */
const amazon = 'Amazon'

/** What policies see of the resource of a check: its ARN and the keys that are its own. */
export async function seenResource(check: AccessCheck, scope: Scope, store: Store): Promise<ResourceRequest> {
  const { identity, document } = check
  const found = identity && (await identityResource(store.identities, scope, identity))
  const seen = document === undefined ? undefined : await seenDocument(document, store)
  const resource = found?.arn ?? check.resource
  const tags = found?.tags ?? check.tags ?? (await tagsOf(check.tagsOf ?? seen?.tagged, store))
  const isAmazons = isOwnedByAws(resource)
  const tagKeys = tags && tagLayer(tags, tagPrefixes(resource))
  if (check.context === undefined && found === undefined && seen === undefined && !isAmazons) {
    return { resource, layer: tagKeys ?? noKeys }
  }
  const own = contextLayer({
    ...check.context,
    'ssm:DocumentType': seen?.type,
    ...(check.showsBoundary ? { 'iam:PermissionsBoundary': found?.boundaryArn } : {}),
    ...(isAmazons ? { 'aws:ResourceAccount': amazon } : {}),
  })
  return { resource, layer: tagKeys ? over(own, tagKeys) : own }
}

async function seenDocument(name: string, { documents }: Store) {
  const owned = ownedDocument(name)
  // Nobody can tag what AWS owns, and every command names such a document.
  if (owned !== undefined) return { type: owned.type }
  const type = (await documents.findDocument(name))?.type
  return type && { type, tagged: { type: 'Document', id: name } as const }
}

function tagsOf(resource: TaggedResource | undefined, { tags }: Store): Promise<Tags> | undefined {
  return resource && tags.tagsOf(resource)
}

function over(upper: KeyLayer, lower: KeyLayer): KeyLayer {
  return { get: (key) => upper.get(key) ?? lower.get(key) }
}

const shared = 'aws:resourcetag/'
const [ofAny, ofSsm, ofIam] = [[shared], [shared, 'ssm:resourcetag/'], [shared, 'iam:resourcetag/']] as const

/**
 * Tags are condition keys under the name that all services share, and some under their service's own: Systems Manager's
 * for what it manages, IAM's for users and roles and for no others (service authorization reference).
 */
function tagPrefixes(arn: string): readonly string[] {
  if (arn.startsWith('arn:aws:ssm:') || arn.startsWith('arn:aws:ec2:')) return ofSsm
  return /^arn:aws:iam::[^:]*:(?:user|role)\//.test(arn) ? ofIam : ofAny
}

/** Documents, parameters and managed policies that come with the service. */
function isOwnedByAws(arn: string): boolean {
  return arn.startsWith('arn:aws:iam::aws:') || /^arn:aws:ssm:[^:]*::/.test(arn)
}
