import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { oidcProviderArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { IssuerUnreachable } from '../../domain/issuer-keys.ts'
import type { OidcProvider } from '../../domain/oidc-provider.ts'
import type { Context } from '../operation.ts'

/** Signatures with public keys only: a key that everybody knows must never be taken for a shared secret. */
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']
/** Seconds that an issuer's clock may be off. */
const clockTolerance = 30
const scheme = 'https://'

/** Who an identity token is of, once it is known to be good. */
export interface WebIdentity {
  readonly provider: OidcProvider
  readonly subject: string
  readonly audience: string
  readonly claims: JWTPayload
}

function invalid(message: string, cause?: unknown): ServiceError {
  return new ServiceError('InvalidIdentityToken', message, { cause })
}

/**
 * Reads an identity token: a JSON Web Token of an issuer that the account knows, signed by it, for one of the
 * audiences that it is known for, and neither too old nor too new. The texts are AWS's where they are known.
 *
 * @throws {ServiceError} InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError
 */
export async function readWebIdentityToken(token: string, context: Context): Promise<WebIdentity> {
  const provider = await providerOf(token, context)
  const claims = await verified(token, provider, false, context)
  const { sub: subject, aud } = claims
  if (typeof subject !== 'string' || subject === '') throw invalid('Missing a required claim: sub')
  // Of a token for several, azp says who asked for it (IAM user guide, "Available keys for AWS OIDC federation").
  const only = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud
  const azp = claims['azp']
  const audience = typeof azp === 'string' ? azp : only
  if (typeof audience !== 'string' || !provider.clientIds.includes(audience)) throw invalid('Incorrect token audience')
  return { provider, subject, audience, claims }
}

async function providerOf(token: string, { store, scope }: Context): Promise<OidcProvider> {
  let issuer: unknown
  try {
    issuer = decodeJwt(token).iss
  } catch (error) {
    throw invalid(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
      error,
    )
  }
  if (typeof issuer !== 'string') throw invalid('Missing a required claim: iss')
  const isSecure = issuer.startsWith(scheme)
  const arn = oidcProviderArn(scope, isSecure ? issuer.slice(scheme.length) : issuer)
  const provider = isSecure ? await store.identities.oidcProviders.findOidcProvider(arn) : undefined
  if (provider) return provider
  throw invalid(`No OpenIDConnect provider found in your account for ${issuer.slice(0, 255)}`)
}

/** `isStale` when the keys that are kept were tried before: an issuer may have made a new one since. */
async function verified(
  token: string,
  provider: OidcProvider,
  isStale: boolean,
  context: Context,
): Promise<JWTPayload> {
  const keys = await keysOf(provider, isStale, context)
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      algorithms,
      clockTolerance,
      issuer: `${scheme}${provider.url}`,
      requiredClaims: ['sub', 'aud', 'exp', 'iat'],
      currentDate: context.now(),
    })
    // A token from tomorrow is nobody's. (jose looks at iat for its age only.)
    const now = context.now().getTime() / 1000
    if ((payload.iat ?? 0) > now + clockTolerance) throw invalid('The ID Token was issued in the future')
    return payload
  } catch (error) {
    const isUnknownKey = error instanceof errors.JWKSNoMatchingKey
    if (isUnknownKey && !isStale) return await verified(token, provider, true, context)
    if (error instanceof errors.JWTExpired) {
      const at = Math.floor(context.now().getTime() / 1000)
      throw new ServiceError(
        'ExpiredTokenException',
        `Token expired: current date/time ${at} must be before the expiration date/time ${error.payload.exp}`,
        { cause: error },
      )
    }
    if (isUnknownKey) {
      throw invalid(
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
        error,
      )
    }
    if (error instanceof errors.JWTClaimValidationFailed) throw invalid(`Invalid claim: ${error.claim}`, error)
    if (error instanceof errors.JOSEError) throw invalid('The ID Token provided is not signed as it should be', error)
    throw error
  }
}

async function keysOf(provider: OidcProvider, isStale: boolean, { issuerKeys }: Context): Promise<JSONWebKeySet> {
  try {
    const { keys } = await issuerKeys.keysOf(provider.url, provider.thumbprints, isStale)
    return { keys: keys.filter((key) => typeof key['kty'] === 'string') as JSONWebKeySet['keys'] }
  } catch (error) {
    if (!(error instanceof IssuerUnreachable)) throw error
    throw new ServiceError('IDPCommunicationError', "Couldn't retrieve verification key from your identity provider.", {
      cause: error,
    })
  }
}
