import type { DeleteOpenIDConnectProviderRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { oidcProviderCheck } from './check.ts'

/** DeleteOpenIDConnectProvider: roles that trust it trust nobody by it; one that is not there is no error (reference). */
export const deleteOpenIDConnectProvider: Operation<DeleteOpenIDConnectProviderRequest, undefined> = {
  service: 'iam',
  name: 'DeleteOpenIDConnectProvider',
  action: 'iam:DeleteOpenIDConnectProvider',

  resources: ({ OpenIDConnectProviderArn }) => [oidcProviderCheck(OpenIDConnectProviderArn)],

  async handle({ OpenIDConnectProviderArn }, { store }) {
    await store.identities.oidcProviders.removeOidcProvider(OpenIDConnectProviderArn)
    return undefined
  },
}
