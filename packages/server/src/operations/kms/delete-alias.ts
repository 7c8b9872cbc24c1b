import type { DeleteAliasRequest } from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import { aliasArn } from '../../domain/kms-alias.ts'
import type { Operation } from '../operation.ts'
import { aliasNotFound, requireAliasName } from './alias-name.ts'
import { authorizedKey } from './key-access.ts'

/** DeleteAlias: needs permission on the alias and on its key. */
export const deleteAlias: Operation<DeleteAliasRequest, undefined> = {
  service: 'kms',
  name: 'DeleteAlias',
  action: 'kms:DeleteAlias',

  resources: ({ AliasName }, scope) => [{ resource: aliasArn(scope, AliasName) }],

  async handle({ AliasName: aliasName }, context) {
    requireAliasName(aliasName, 'ValidationException')
    const { aliases } = context.store.keys
    const alias = await aliases.findAlias(aliasName)
    if (alias === undefined) throw aliasNotFound(aliasName, context.scope)
    await authorizedKey(context, alias.keyId)
    if (!(await aliases.removeAlias(alias))) {
      throw new ServiceError('KMSInternalException', 'The alias is being changed by others. Try again.')
    }
    return undefined
  },
}
