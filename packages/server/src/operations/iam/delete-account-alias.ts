import type { DeleteAccountAliasRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'

/** DeleteAccountAlias: the account has its number only. */
export const deleteAccountAlias: Operation<DeleteAccountAliasRequest, undefined> = {
  service: 'iam',
  name: 'DeleteAccountAlias',
  action: 'iam:DeleteAccountAlias',

  resources: () => [{ resource: '*' }],

  async handle({ AccountAlias }, context) {
    if (await context.store.identities.account.removeAlias(AccountAlias)) return undefined
    throw new ServiceError('NoSuchEntity', `The account alias ${AccountAlias} cannot be found.`)
  },
}
