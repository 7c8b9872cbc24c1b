import type { UpdateAliasRequest } from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import { aliasArn, aliasesPerKey } from '../../domain/kms-alias.ts'
import type { Operation } from '../operation.ts'
import { aliasNotFound, requireAliasName, tooManyAliases } from './alias-name.ts'
import { authorizedKey } from './key-access.ts'
import { requireStaying } from './key-state.ts'
import { existing, findKeyById } from './named-key.ts'

/** UpdateAlias: points an alias at another key. Needs permission on the alias, the key it leaves and the key it goes to. */
export const updateAlias: Operation<UpdateAliasRequest, undefined> = {
  service: 'kms',
  name: 'UpdateAlias',
  action: 'kms:UpdateAlias',

  resources: ({ AliasName }, scope) => [{ resource: aliasArn(scope, AliasName) }],

  async handle({ AliasName: aliasName, TargetKeyId }, context) {
    requireAliasName(aliasName, 'ValidationException')
    const { scope, store } = context
    const next = await authorizedKey(context, TargetKeyId)
    const alias = await store.keys.aliases.findAlias(aliasName)
    if (alias === undefined) throw aliasNotFound(aliasName, scope)
    await authorizedKey(context, alias.keyId)
    requireStaying(next, scope)
    const changed = { ...alias, keyId: next.keyId, updatedAt: context.now() }
    const outcome = await store.keys.aliases.saveAlias(alias, changed, aliasesPerKey)
    if (outcome === 'too-many') throw tooManyAliases(aliasesPerKey)
    // The key went away while we looked.
    if (outcome === 'no-key') requireStaying(existing(await findKeyById(context, next.keyId)), scope)
    if (outcome === 'changed') {
      throw new ServiceError('KMSInternalException', 'The alias is being changed by others. Try again.')
    }
    return undefined
  },
}
