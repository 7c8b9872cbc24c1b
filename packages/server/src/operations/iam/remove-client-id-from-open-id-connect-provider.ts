import type { RemoveClientIDFromOpenIDConnectProviderRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { oidcProviderCheck } from './check.ts'
import { changeOidcProvider } from './open-id-connect-providers.ts'

/** RemoveClientIDFromOpenIDConnectProvider: takes an audience away; one that is not there is no error (reference). */
export const removeClientIDFromOpenIDConnectProvider: Operation<
  RemoveClientIDFromOpenIDConnectProviderRequest,
  undefined
> = {
  service: 'iam',
  name: 'RemoveClientIDFromOpenIDConnectProvider',
  action: 'iam:RemoveClientIDFromOpenIDConnectProvider',

  resources: ({ OpenIDConnectProviderArn }) => [oidcProviderCheck(OpenIDConnectProviderArn)],

  async handle({ OpenIDConnectProviderArn, ClientID }, context) {
    await changeOidcProvider(context, OpenIDConnectProviderArn, (provider) => ({
      ...provider,
      clientIds: provider.clientIds.filter((clientId) => clientId !== ClientID),
    }))
    return undefined
  },
}
