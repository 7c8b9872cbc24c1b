import type { AliasListEntry, ListAliasesRequest, ListAliasesResponse } from '@fairlead/wire/model/generated/kms'
import { type Alias, aliasArn } from '../../domain/kms-alias.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Operation } from '../operation.ts'
import { pageAsked, pageTold } from './marker.ts'
import { existing, findKeyById } from './named-key.ts'

const defaultLimit = 50

/** ListAliases: all aliases, or those of one key. Identity policies alone decide (ListAliases reference). */
export const listAliases: Operation<ListAliasesRequest, ListAliasesResponse> = {
  service: 'kms',
  name: 'ListAliases',
  action: 'kms:ListAliases',

  resources: () => [{ resource: '*' }],

  async handle(input, context) {
    const { KeyId } = input
    const keyId = KeyId === undefined ? undefined : existing(await findKeyById(context, KeyId)).keyId
    const page = await context.store.keys.aliases.listAliases(keyId, pageAsked(input, defaultLimit))
    return { Aliases: page.items.map((alias) => entryOf(alias, context.scope)), ...pageTold(page) }
  },
}

function entryOf({ aliasName, keyId, createdAt, updatedAt }: Alias, scope: Scope): AliasListEntry {
  return {
    AliasName: aliasName,
    AliasArn: aliasArn(scope, aliasName),
    TargetKeyId: keyId,
    CreationDate: createdAt,
    LastUpdatedDate: updatedAt,
  }
}
