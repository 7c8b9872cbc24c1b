import type { Tags } from './tag.ts'

/** An issuer of identity tokens (OpenID Connect) whose subjects roles may trust. */
export interface OidcProvider {
  readonly arn: string
  /** The issuer without `https://`: what its condition keys begin with. */
  readonly url: string
  /** Audiences that its tokens may be for. */
  readonly clientIds: readonly string[]
  /** SHA-1 of certificates that vouch for it besides the authorities that everybody trusts; lower-case hexadecimal. */
  readonly thumbprints: readonly string[]
  readonly createdAt: Date
  readonly tags: Tags
}

/** Quotas of the IAM user guide, "IAM and AWS STS quotas". */
export const oidcProvidersPerAccount = 100
export const clientIdsPerProvider = 100
export const thumbprintsPerProvider = 5
