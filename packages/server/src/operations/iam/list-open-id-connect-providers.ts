import type { ListOpenIDConnectProvidersResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'

/** ListOpenIDConnectProviders: the ARNs of all issuers. */
export const listOpenIDConnectProviders: Operation<
  Readonly<Record<string, never>>,
  ListOpenIDConnectProvidersResponse
> = {
  service: 'iam',
  name: 'ListOpenIDConnectProviders',
  action: 'iam:ListOpenIDConnectProviders',

  resources: () => [{ resource: '*' }],

  async handle(_input, { store }) {
    const providers = await store.identities.oidcProviders.listOidcProviders()
    return { OpenIDConnectProviderList: providers.map(({ arn }) => ({ Arn: arn })) }
  },
}
