import type {
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
} from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { oidcProviderCheck } from './check.ts'
import { findOidcProvider } from './open-id-connect-providers.ts'
import { shownTags } from './tags.ts'

/** GetOpenIDConnectProvider: one issuer, its audiences and certificates. */
export const getOpenIDConnectProvider: Operation<GetOpenIDConnectProviderRequest, GetOpenIDConnectProviderResponse> = {
  service: 'iam',
  name: 'GetOpenIDConnectProvider',
  action: 'iam:GetOpenIDConnectProvider',

  resources: ({ OpenIDConnectProviderArn }) => [oidcProviderCheck(OpenIDConnectProviderArn)],

  async handle({ OpenIDConnectProviderArn }, context) {
    const { url, clientIds, thumbprints, createdAt, tags } = await findOidcProvider(context, OpenIDConnectProviderArn)
    return {
      Url: url,
      ClientIDList: clientIds,
      ThumbprintList: thumbprints,
      CreateDate: createdAt,
      ...shownTags(tags),
    }
  },
}
