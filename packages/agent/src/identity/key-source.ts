import type { RequestSigner } from '@fairlead/wire/sigv4'

/** Where the keys for signed calls come from. */
export interface KeySource {
  /** Rejects when there are no keys and none can be had. */
  signer(): Promise<RequestSigner>
  /** The server did not take the keys: the next call asks for others. */
  forget(): void
}
