import type { UntagOpenIDConnectProviderRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { oidcProviderCheck } from './check.ts'
import { changeOidcProvider } from './open-id-connect-providers.ts'
import { withoutTags } from './tags.ts'

/** UntagOpenIDConnectProvider: takes tags away; one that is not there is no error. */
export const untagOpenIDConnectProvider: Operation<UntagOpenIDConnectProviderRequest, undefined> = {
  service: 'iam',
  name: 'UntagOpenIDConnectProvider',
  action: 'iam:UntagOpenIDConnectProvider',

  resources: ({ OpenIDConnectProviderArn }) => [oidcProviderCheck(OpenIDConnectProviderArn)],
  requestContext: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),

  async handle({ OpenIDConnectProviderArn, TagKeys }, context) {
    await changeOidcProvider(context, OpenIDConnectProviderArn, (provider) => ({
      ...provider,
      tags: withoutTags(provider.tags, TagKeys),
    }))
    return undefined
  },
}
