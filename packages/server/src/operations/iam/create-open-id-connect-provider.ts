import type {
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
} from '@fairlead/wire/model/generated/iam'
import { oidcProviderArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { IssuerUnreachable } from '../../domain/issuer-keys.ts'
import { clientIdsPerProvider, oidcProvidersPerAccount } from '../../domain/oidc-provider.ts'
import type { Context, Operation } from '../operation.ts'
import { newCheck } from './check.ts'
import { readThumbprints } from './open-id-connect-providers.ts'
import { readTags, requestTagKeys, shownTags } from './tags.ts'

const scheme = 'https://'

/** CreateOpenIDConnectProvider: an issuer whose identity tokens roles may trust. */
export const createOpenIDConnectProvider: Operation<
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse
> = {
  service: 'iam',
  name: 'CreateOpenIDConnectProvider',
  action: 'iam:CreateOpenIDConnectProvider',

  resources: ({ Url, Tags }, scope) =>
    newCheck(oidcProviderArn(scope, withoutScheme(Url)), Tags, 'iam:TagOpenIDConnectProvider'),
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle({ Url, ClientIDList = [], ThumbprintList = [], Tags = [] }, context) {
    const url = readUrl(Url)
    const clientIds = [...new Set(ClientIDList)]
    if (clientIds.length > clientIdsPerProvider) {
      throw new ServiceError('LimitExceeded', `Cannot exceed quota for ClientIdsPerProvider: ${clientIdsPerProvider}`)
    }
    const tags = readTags(Tags)
    const thumbprints = readThumbprints(ThumbprintList.length === 0 ? [await shown(url, context)] : ThumbprintList)
    const { store, scope, now } = context
    const provider = { arn: oidcProviderArn(scope, url), url, clientIds, thumbprints, createdAt: now(), tags }
    const answer = await store.identities.oidcProviders.addOidcProvider(provider, oidcProvidersPerAccount)
    if (answer === 'taken') {
      throw new ServiceError('EntityAlreadyExists', `Provider with url ${Url} already exists.`)
    }
    if (answer === 'too-many') {
      throw new ServiceError(
        'LimitExceeded',
        `Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${oidcProvidersPerAccount}`,
      )
    }
    return { OpenIDConnectProviderArn: provider.arn, ...shownTags(tags) }
  },
}

function withoutScheme(url: string): string {
  return url.startsWith(scheme) ? url.slice(scheme.length) : url
}

/** What a provider is called by: its URL as its tokens name it, without the scheme. */
function readUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined
  const isPlain = url && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  if (isPlain && given.startsWith(scheme) && /^[\w.:/%~[\]-]+$/.test(withoutScheme(given))) return withoutScheme(given)
  throw new ServiceError('InvalidInput', 'Invalid Open ID Connect Provider URL')
}

/** Without a word of it, the last certificate that the issuer shows today is believed (CreateOpenIDConnectProvider reference). */
async function shown(url: string, { issuerKeys }: Context): Promise<string> {
  try {
    return await issuerKeys.thumbprintOf(url)
  } catch (error) {
    if (!(error instanceof IssuerUnreachable)) throw error
    throw new ServiceError('OpenIdIdpCommunicationError', 'The provider could not be reached for its certificate.', {
      cause: error,
    })
  }
}
