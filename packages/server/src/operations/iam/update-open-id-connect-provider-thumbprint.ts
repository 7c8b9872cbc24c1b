import type { UpdateOpenIDConnectProviderThumbprintRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { oidcProviderCheck } from './check.ts'
import { changeOidcProvider, readThumbprints } from './open-id-connect-providers.ts'

/** UpdateOpenIDConnectProviderThumbprint: other certificates in the place of those before. */
export const updateOpenIDConnectProviderThumbprint: Operation<UpdateOpenIDConnectProviderThumbprintRequest, undefined> =
  {
    service: 'iam',
    name: 'UpdateOpenIDConnectProviderThumbprint',
    action: 'iam:UpdateOpenIDConnectProviderThumbprint',

    resources: ({ OpenIDConnectProviderArn }) => [oidcProviderCheck(OpenIDConnectProviderArn)],

    async handle({ OpenIDConnectProviderArn, ThumbprintList }, context) {
      const thumbprints = readThumbprints(ThumbprintList)
      await changeOidcProvider(context, OpenIDConnectProviderArn, (provider) => ({ ...provider, thumbprints }))
      return undefined
    },
  }
