import type { TagOpenIDConnectProviderRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { oidcProviderCheck } from './check.ts'
import { changeOidcProvider } from './open-id-connect-providers.ts'
import { readTags, requestTagKeys, withTags } from './tags.ts'

/** TagOpenIDConnectProvider: adds tags to a provider, or gives those that are there another value. */
export const tagOpenIDConnectProvider: Operation<TagOpenIDConnectProviderRequest, undefined> = {
  service: 'iam',
  name: 'TagOpenIDConnectProvider',
  action: 'iam:TagOpenIDConnectProvider',

  resources: ({ OpenIDConnectProviderArn }) => [oidcProviderCheck(OpenIDConnectProviderArn)],
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle({ OpenIDConnectProviderArn, Tags }, context) {
    const added = readTags(Tags)
    await changeOidcProvider(context, OpenIDConnectProviderArn, (provider) => ({
      ...provider,
      tags: withTags(provider.tags, added),
    }))
    return undefined
  },
}
