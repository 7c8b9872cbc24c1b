import type { CreateAccountAliasRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'

/** CreateAccountAlias: another name of the account, in the place of the one that it had. */
export const createAccountAlias: Operation<CreateAccountAliasRequest, undefined> = {
  service: 'iam',
  name: 'CreateAccountAlias',
  action: 'iam:CreateAccountAlias',

  resources: () => [{ resource: '*' }],

  async handle({ AccountAlias }, context) {
    if ((await context.store.identities.account.setAlias(AccountAlias)) === 'set') return undefined
    throw new ServiceError('EntityAlreadyExists', `The account alias ${AccountAlias} already exists.`)
  },
}
