import type { ListResourceTagsRequest, ListResourceTagsResponse } from '@fairlead/wire/model/generated/kms'
import type { Operation } from '../operation.ts'
import { authorizedKey } from './key-access.ts'
import { pageAsked, pageTold } from './marker.ts'

const defaultLimit = 50

export const listResourceTags: Operation<ListResourceTagsRequest, ListResourceTagsResponse> = {
  service: 'kms',
  name: 'ListResourceTags',
  action: 'kms:ListResourceTags',

  resources: () => [],

  async handle(input, context) {
    const { keyId } = await authorizedKey(context, input.KeyId)
    const { limit, after } = pageAsked(input, defaultLimit)
    const tags = Object.entries(await context.store.tags.tagsOf({ type: 'Key', id: keyId }))
    const all = tags.sort(([a], [b]) => (a < b ? -1 : 1))
    const left = all.filter(([key]) => after === undefined || key > after)
    const items = left.slice(0, limit)
    const next = left.length > limit ? items.at(-1)?.[0] : undefined
    return {
      Tags: items.map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      ...pageTold({ items, next }),
    }
  },
}
