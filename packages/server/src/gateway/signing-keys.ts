import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { deriveSigningKey, type SigningScope } from '@fairlead/wire/sigv4'

const mostKeys = 20_000

/**
 * Signing keys, derived once per secret, day, region and service. Kept as KeyObjects: making an
 * HMAC from raw bytes costs several times as much. The secret is part of what is looked up, so a
 * replaced secret can never be checked against an old key.
 */
export class SigningKeys {
  readonly #keys = new Map<string, { secret: string; key: KeyObject }>()

  keyFor(accessKeyId: string, secret: string, scope: SigningScope): KeyObject {
    const name = `${accessKeyId}/${scope.date}/${scope.region}/${scope.service}`
    const known = this.#keys.get(name)
    if (known !== undefined && known.secret === secret) return known.key

    const key = createSecretKey(deriveSigningKey(hmac, secret, scope))
    if (this.#keys.size >= mostKeys) this.#dropOldest()
    this.#keys.set(name, { secret, key })
    return key
  }

  #dropOldest(): void {
    for (const name of this.#keys.keys()) {
      this.#keys.delete(name)
      return
    }
  }
}

function hmac(key: string | Uint8Array, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest()
}
