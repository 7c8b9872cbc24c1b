import type { ListAccountAliasesRequest, ListAccountAliasesResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'

/** ListAccountAliases: the one alias of the account, if it has one. */
export const listAccountAliases: Operation<ListAccountAliasesRequest, ListAccountAliasesResponse> = {
  service: 'iam',
  name: 'ListAccountAliases',
  action: 'iam:ListAccountAliases',

  resources: () => [{ resource: '*' }],

  async handle(_input, { store }) {
    const alias = await store.identities.account.findAlias()
    return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false }
  },
}
