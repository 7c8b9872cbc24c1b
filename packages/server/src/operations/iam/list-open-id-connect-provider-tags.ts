import type {
  ListOpenIDConnectProviderTagsRequest,
  ListOpenIDConnectProviderTagsResponse,
} from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { oidcProviderCheck } from './check.ts'
import { findOidcProvider } from './open-id-connect-providers.ts'
import { listed, pageOf, pageRequest } from './page.ts'
import { listTags } from './tags.ts'

/** ListOpenIDConnectProviderTags: the tags of an issuer, in the order of keys. */
export const listOpenIDConnectProviderTags: Operation<
  ListOpenIDConnectProviderTagsRequest,
  ListOpenIDConnectProviderTagsResponse
> = {
  service: 'iam',
  name: 'ListOpenIDConnectProviderTags',
  action: 'iam:ListOpenIDConnectProviderTags',

  resources: ({ OpenIDConnectProviderArn }) => [oidcProviderCheck(OpenIDConnectProviderArn)],

  async handle({ OpenIDConnectProviderArn, ...listing }, context) {
    const { tags } = await findOidcProvider(context, OpenIDConnectProviderArn)
    const page = pageOf(listTags(tags), pageRequest(listing), ({ Key }) => Key)
    return { Tags: page.items, ...listed(page) }
  },
}
