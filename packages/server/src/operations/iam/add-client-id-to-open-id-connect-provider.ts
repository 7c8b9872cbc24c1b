import type { AddClientIDToOpenIDConnectProviderRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import { clientIdsPerProvider } from '../../domain/oidc-provider.ts'
import type { Operation } from '../operation.ts'
import { oidcProviderCheck } from './check.ts'
import { changeOidcProvider } from './open-id-connect-providers.ts'

/** AddClientIDToOpenIDConnectProvider: one more audience; one that is there is no error (reference). */
export const addClientIDToOpenIDConnectProvider: Operation<AddClientIDToOpenIDConnectProviderRequest, undefined> = {
  service: 'iam',
  name: 'AddClientIDToOpenIDConnectProvider',
  action: 'iam:AddClientIDToOpenIDConnectProvider',

  resources: ({ OpenIDConnectProviderArn }) => [oidcProviderCheck(OpenIDConnectProviderArn)],

  async handle({ OpenIDConnectProviderArn, ClientID }, context) {
    await changeOidcProvider(context, OpenIDConnectProviderArn, (provider) => {
      const clientIds = [...new Set([...provider.clientIds, ClientID])]
      if (clientIds.length <= clientIdsPerProvider) return { ...provider, clientIds }
      throw new ServiceError('LimitExceeded', `Cannot exceed quota for ClientIdsPerProvider: ${clientIdsPerProvider}`)
    })
    return undefined
  },
}
