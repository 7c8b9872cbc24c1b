import { ServiceError } from '../../domain/error.ts'
import { type OidcProvider, thumbprintsPerProvider } from '../../domain/oidc-provider.ts'
import type { Context } from '../operation.ts'

/** How often a change is tried again when somebody else changed the provider in between. */
const mostTries = 5

/** Throws NoSuchEntity. */
export async function findOidcProvider({ store }: Context, arn: string): Promise<OidcProvider> {
  const provider = await store.identities.oidcProviders.findOidcProvider(arn)
  if (!provider) throw noSuchOidcProvider(arn)
  return provider
}

export function noSuchOidcProvider(arn: string): ServiceError {
  return new ServiceError('NoSuchEntity', `OpenIDConnect Provider not found for arn ${arn}`)
}

/** Reads, changes and saves until nobody else was faster. */
export async function changeOidcProvider(
  context: Context,
  arn: string,
  change: (provider: OidcProvider) => OidcProvider,
): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const provider = await findOidcProvider(context, arn)
    const isSaved = await context.store.identities.oidcProviders.saveOidcProvider(provider, change(provider))
    if (isSaved) return
  }
  throw new ServiceError('ConcurrentModification', 'The provider is being changed by others. Try again.')
}

/** SHA-1 in hexadecimal, each once. Throws InvalidInput. */
export function readThumbprints(list: readonly string[]): readonly string[] {
  const thumbprints = [...new Set(list.map((thumbprint) => thumbprint.toLowerCase()))]
  if (thumbprints.length === 0 || thumbprints.some((thumbprint) => !/^[0-9a-f]{40}$/.test(thumbprint))) {
    throw new ServiceError('InvalidInput', 'Thumbprints are the SHA-1 of certificates: 40 hexadecimal digits.')
  }
  if (thumbprints.length > thumbprintsPerProvider) {
    throw new ServiceError(
      'InvalidInput',
      `Thumbprint list must contain fewer than ${thumbprintsPerProvider + 1} entries.`,
    )
  }
  return thumbprints
}
