import type { Tag } from '@fairlead/wire/model/generated/sts'
import { ServiceError } from '../../domain/error.ts'
import type { WebIdentity } from './web-identity-token.ts'

/** Claims under which an issuer says how the session is to be marked (IAM user guide, "Pass session tags in AWS STS"). */
const tagsClaim = 'https://aws.amazon.com/tags'
const sourceIdentityClaim = 'https://aws.amazon.com/source_identity'
const mostTags = 50

/** What an issuer gives a session, in the shape of AssumeRole's members. */
export interface ClaimedMarks {
  readonly Tags: readonly Tag[]
  readonly TransitiveTagKeys: readonly string[]
  readonly SourceIdentity?: string
}

/** @throws {ServiceError} InvalidIdentityToken for claims that are not what they should be */
export function claimedMarks({ claims }: Pick<WebIdentity, 'claims'>): ClaimedMarks {
  const { principal_tags: given = {}, transitive_tag_keys: transitive = [] } = record(claims[tagsClaim] ?? {})
  const Tags = Object.entries(record(given)).map(([Key, value]) => {
    const [Value, ...more] = Array.isArray(value) ? value : [value]
    const isTag = typeof Value === 'string' && Value.length <= 256 && Key.length >= 1 && Key.length <= 128
    if (!isTag || more.length > 0) throw wrong(tagsClaim)
    return { Key, Value }
  })
  if (Tags.length > mostTags || !Array.isArray(transitive)) throw wrong(tagsClaim)
  const TransitiveTagKeys = transitive.map((key) => {
    if (typeof key !== 'string') throw wrong(tagsClaim)
    return key
  })
  const source = claims[sourceIdentityClaim]
  if (source === undefined) return { Tags, TransitiveTagKeys }
  // As the model has it for AssumeRole.
  if (typeof source !== 'string' || !/^[\w+=,.@-]{2,64}$/.test(source)) throw wrong(sourceIdentityClaim)
  return { Tags, TransitiveTagKeys, SourceIdentity: source }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(tagsClaim)
  return value as Readonly<Record<string, unknown>>
}

function wrong(claim: string): ServiceError {
  return new ServiceError('InvalidIdentityToken', `The claim ${claim} is not what it should be`)
}
