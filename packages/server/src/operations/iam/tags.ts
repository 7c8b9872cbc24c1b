import type { Tag } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Tags } from '../../domain/tag.ts'
import type { ContextKeys } from '../operation.ts'

const mostTags = 50
/** How often a change is tried again when somebody else changed the tags in between. */
const mostTries = 5

/**
 * The tags of a request. IAM compares tag keys without regard to case (user guide, "Rules for tagging in IAM").
 *
 * @throws {ServiceError} InvalidInput for a key twice, or one that belongs to AWS
 */
export function readTags(list: readonly Tag[]): Tags {
  const keys = new Set(list.map(({ Key }) => Key.toLowerCase()))
  if (keys.size < list.length) {
    throw new ServiceError('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  }
  if ([...keys].some((key) => key.startsWith('aws:'))) {
    throw new ServiceError('InvalidInput', 'Tag keys that begin with aws: are reserved for AWS.')
  }
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]))
}

/** Adds tags; one whose key differs in case only takes the place of the old one. */
export function withTags(tags: Tags, added: Tags): Tags {
  const next = { ...withoutTags(tags, Object.keys(added)), ...added }
  if (Object.keys(next).length > mostTags) {
    throw new ServiceError('LimitExceeded', `The number of tags has reached the maximum limit of ${mostTags}.`)
  }
  return next
}

export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  const gone = new Set(keys.map((key) => key.toLowerCase()))
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key.toLowerCase())))
}

export function listTags(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

/** Left out of an answer when there are none, as IAM does. */
export function shownTags(tags: Tags): { readonly Tags?: readonly Tag[] } {
  const list = listTags(tags)
  return list.length === 0 ? {} : { Tags: list }
}

/** aws:RequestTag/… and aws:TagKeys of a request that gives tags. */
export function requestTagKeys(list: readonly Tag[] = []): ContextKeys {
  if (list.length === 0) return {}
  return {
    ...Object.fromEntries(list.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    'aws:TagKeys': list.map(({ Key }) => Key),
  }
}

/** Reads, changes and saves until nobody else was faster. */
export async function changeTags<Tagged extends { readonly tags: Tags }>(
  find: () => Promise<Tagged>,
  change: (tags: Tags) => Tags,
  save: (tagged: Tagged, next: Tags) => Promise<boolean>,
): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const tagged = await find()
    if (await save(tagged, change(tagged.tags))) return
  }
  throw new ServiceError('ConcurrentModification', 'The tags are being changed by others. Try again.')
}
