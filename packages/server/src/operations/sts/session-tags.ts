import type { Tag } from '@fairlead/wire/model/generated/sts'
import { ServiceError } from '../../domain/error.ts'
import type { SessionMarks } from '../../domain/session-marks.ts'
import { isReservedTagKey, type Tags } from '../../domain/tag.ts'

/** The code that STS answers for tags, which its model does not list (observed). */
function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', message)
}

/**
 * The tags of a new session: those of the request, and those that the session before it made transitive. Keys are
 * compared without regard to case (IAM user guide, "Pass session tags in AWS STS").
 *
 * @param before the session that asks, when a session asks
 * @throws {ServiceError} InvalidParameterValue for a key twice, reserved, or inherited; and for a transitive key without its tag
 */
export function readSessionTags(
  {
    Tags: given = [],
    TransitiveTagKeys: transitive = [],
  }: {
    readonly Tags?: readonly Tag[] | undefined
    readonly TransitiveTagKeys?: readonly string[] | undefined
  },
  before: SessionMarks = {},
): Pick<SessionMarks, 'tags' | 'transitiveTagKeys'> {
  const keys = lower(given.map(({ Key }) => Key))
  if (keys.size < given.length) {
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  }
  if (given.some(({ Key }) => isReservedTagKey(Key))) {
    throw invalid('Tag keys that begin with aws: are reserved for AWS.')
  }
  const inheritedKeys = before.transitiveTagKeys ?? []
  if (inheritedKeys.some((key) => keys.has(key.toLowerCase()))) {
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  }
  if (transitive.some((key) => !keys.has(key.toLowerCase()))) {
    throw invalid('The specified transitive tag key must be included in the requested tags.')
  }
  const tags = { ...inheritedTags(before), ...Object.fromEntries(given.map(({ Key, Value }) => [Key, Value])) }
  const transitiveTagKeys = [...inheritedKeys, ...transitive]
  return {
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    ...(transitiveTagKeys.length === 0 ? {} : { transitiveTagKeys }),
  }
}

function inheritedTags({ tags = {}, transitiveTagKeys = [] }: SessionMarks): Tags {
  const goingAlong = lower(transitiveTagKeys)
  return Object.fromEntries(Object.entries(tags).filter(([key]) => goingAlong.has(key.toLowerCase())))
}

function lower(keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.map((key) => key.toLowerCase()))
}
