import type { ListKeysRequest, ListKeysResponse } from '@fairlead/wire/model/generated/kms'
import { keyArn } from '../../domain/kms-key.ts'
import type { Operation } from '../operation.ts'
import { pageAsked, pageTold } from './marker.ts'

const defaultLimit = 100

/** ListKeys: all keys, whatever their policies say; those pending deletion too. */
export const listKeys: Operation<ListKeysRequest, ListKeysResponse> = {
  service: 'kms',
  name: 'ListKeys',
  action: 'kms:ListKeys',

  resources: () => [{ resource: '*' }],

  async handle(input, { store, scope }) {
    const page = await store.keys.listKeys(pageAsked(input, defaultLimit))
    return {
      Keys: page.items.map(({ keyId }) => ({ KeyId: keyId, KeyArn: keyArn(scope, keyId) })),
      ...pageTold(page),
    }
  },
}
