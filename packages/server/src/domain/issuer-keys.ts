/** Public keys of an issuer, as JSON Web Keys (RFC 7517, section 5). */
export interface KeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

/** The issuer cannot be reached, is not vouched for, or does not say what it should. */
export class IssuerUnreachable extends Error {
  override readonly name = 'IssuerUnreachable'
}

/** Asks issuers of identity tokens for their keys, over HTTPS. */
export interface IssuerKeys {
  /**
   * The keys that an issuer signs with now, or signed with a few minutes ago.
   *
   * @param url without `https://`
   * @param thumbprints of certificates that vouch for it besides the authorities that everybody trusts
   * @param isStale whether the keys that are known have been found not to be enough
   * @throws {IssuerUnreachable}
   */
  keysOf(url: string, thumbprints: readonly string[], isStale: boolean): Promise<KeySet>
  /** SHA-1 of the last certificate that the issuer shows. Throws IssuerUnreachable. */
  thumbprintOf(url: string): Promise<string>
}
