import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type BundleFacts, signedText } from '@fairlead/wire/agent-bundle'
import { writeFile, writeFirst } from './write-file.ts'

/** Seals and opens what nobody may read from a stolen disk (store/vault.ts). */
export interface Sealer {
  seal(secret: Uint8Array, association: string): Uint8Array
  open(sealed: Uint8Array, association: string): Uint8Array
  isStale(sealed: Uint8Array): boolean
}

const association = 'agent-bundles/signing-key'

/**
 * The key that vouches for versions of the agent, in a file: PKCS #8, DER, sealed with the master key, base64. Made when it
 * is first needed. The public key is worked out of it: one that stood beside it could be replaced by whoever writes the disk.
 */
export class SigningKeyFile {
  readonly #path: string
  readonly #sealer: Sealer

  constructor(path: string, sealer: Sealer) {
    this.#path = path
    this.#sealer = sealer
  }

  get isThere(): boolean {
    return this.#read() !== undefined
  }

  /** SubjectPublicKeyInfo, DER. */
  publicKey(): Uint8Array {
    return createPublicKey(this.#ensure()).export({ format: 'der', type: 'spki' })
  }

  /** @throws {VaultError} the master key is another one, or the file was altered */
  sign(facts: BundleFacts): Uint8Array {
    return sign(null, Buffer.from(signedText(facts)), this.#ensure())
  }

  /** Whether this key made the signature, and none that was here before it. Throws as `sign`; makes no key. */
  hasSigned(facts: BundleFacts, signature: Uint8Array): boolean {
    const sealed = this.#read()
    if (sealed === undefined) return false
    return verify(null, Buffer.from(signedText(facts)), createPublicKey(this.#open(sealed)), signature)
  }

  /** Seals the key anew when an older master key sealed it; does nothing when there is none. */
  reseal(): void {
    const sealed = this.#read()
    if (sealed !== undefined && this.#sealer.isStale(sealed)) writeFile(this.#path, this.#textOf(this.#open(sealed)))
  }

  #ensure(): KeyObject {
    const kept = this.#read()
    if (kept !== undefined) return this.#open(kept)
    writeFirst(this.#path, this.#textOf(generateKeyPairSync('ed25519').privateKey))
    const made = this.#read()
    if (made !== undefined) return this.#open(made)
    throw new Error(`${this.#path} was removed as soon as it was made.`)
  }

  #read(): Uint8Array | undefined {
    try {
      return Buffer.from(readFileSync(this.#path, 'utf8'), 'base64')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }

  #open(sealed: Uint8Array): KeyObject {
    const der = Buffer.from(this.#sealer.open(sealed, association))
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  }

  #textOf(privateKey: KeyObject): string {
    const sealed = this.#sealer.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), association)
    return `${Buffer.from(sealed).toString('base64')}\n`
  }
}
