import type { CreateAliasRequest } from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import { aliasArn, aliasesPerKey } from '../../domain/kms-alias.ts'
import type { Operation } from '../operation.ts'
import { requireAliasName, tooManyAliases } from './alias-name.ts'
import { authorizedKey } from './key-access.ts'
import { requireStaying } from './key-state.ts'
import { existing, findKeyById } from './named-key.ts'

/** CreateAlias: needs permission on the alias, which has no policy of its own, and on the key (CreateAlias reference). */
export const createAlias: Operation<CreateAliasRequest, undefined> = {
  service: 'kms',
  name: 'CreateAlias',
  action: 'kms:CreateAlias',

  resources: ({ AliasName }, scope) => [{ resource: aliasArn(scope, AliasName) }],

  async handle({ AliasName: aliasName, TargetKeyId }, context) {
    requireAliasName(aliasName, 'InvalidAliasNameException')
    const { scope, store } = context
    const key = await authorizedKey(context, TargetKeyId)
    requireStaying(key, scope)
    const at = context.now()
    const alias = { aliasName, keyId: key.keyId, createdAt: at, updatedAt: at }
    const outcome = await store.keys.aliases.addAlias(alias, aliasesPerKey)
    if (outcome === 'exists') {
      const arn = aliasArn(scope, aliasName)
      throw new ServiceError('AlreadyExistsException', `An alias with the name ${arn} already exists`)
    }
    if (outcome === 'too-many') throw tooManyAliases(aliasesPerKey)
    // The key went away while we looked.
    if (outcome === 'no-key') requireStaying(existing(await findKeyById(context, key.keyId)), scope)
    return undefined
  },
}
