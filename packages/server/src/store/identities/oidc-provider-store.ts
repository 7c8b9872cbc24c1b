import type { OidcProvider } from '../../domain/oidc-provider.ts'

/** Issuers of identity tokens by ARN. */
export interface OidcProviderStore {
  addOidcProvider(provider: OidcProvider, limit: number): Promise<'added' | 'taken' | 'too-many'>
  findOidcProvider(arn: string): Promise<OidcProvider | undefined>
  /** All of them, in the order of ARNs. */
  listOidcProviders(): Promise<readonly OidcProvider[]>
  /** Saves lists and tags of `next` if they are still as in `provider`; false when somebody was first, or it is gone. */
  saveOidcProvider(provider: OidcProvider, next: OidcProvider): Promise<boolean>
  removeOidcProvider(arn: string): Promise<boolean>
}
