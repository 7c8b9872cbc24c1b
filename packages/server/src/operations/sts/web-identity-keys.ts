import { authorizationTable } from '@fairlead/iam/authorization-table'
import type { ContextKeys } from '../operation.ts'
import type { WebIdentity } from './web-identity-token.ts'

/**
 * What a trust policy may ask of an identity token: `ISSUER:sub`, `ISSUER:aud`, `ISSUER:amr`, and the claims of
 * issuers that AWS knows by name (IAM user guide, "Available keys for AWS OIDC federation").
 */
export function webIdentityKeys({ provider, subject, audience, claims }: WebIdentity): ContextKeys {
  const { url } = provider
  const known = authorizationTable.get('sts')?.conditionKeys ?? {}
  const own = Object.entries(claims).flatMap(([claim, value]) => {
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    return isPlain && Object.hasOwn(known, `${url}:${claim}`) ? [[`${url}:${claim}`, String(value)]] : []
  })
  const amr = claims['amr']
  const ways = Array.isArray(amr) ? amr.filter((way) => typeof way === 'string') : []
  return {
    ...Object.fromEntries(own),
    ...(ways.length === 0 ? {} : { [`${url}:amr`]: ways }),
    [`${url}:sub`]: subject,
    [`${url}:aud`]: audience,
  }
}
