import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type BundleFacts, signedText } from '@fairlead/wire/agent-bundle'
import { writeFile, writeFirst } from './write-file.ts'

/** Seals and opens what nobody may read from a stolen disk (store/vault.ts). */
export interface Sealer {
  seal(secret: Uint8Array, association: string): Uint8Array
  open(sealed: Uint8Array, association: string): Uint8Array
  isStale(sealed: Uint8Array): boolean
}

interface KeyFile {
  /** SubjectPublicKeyInfo, DER, base64. */
  readonly publicKey: string
  /** PKCS #8, DER, sealed with the master key, base64. */
  readonly sealedKey: string
}

const association = 'agent-bundles/signing-key'

/** The key that vouches for versions of the agent, in a file, sealed with the master key. Made when it is first needed. */
export class SigningKeyFile {
  readonly #path: string
  readonly #sealer: Sealer

  constructor(path: string, sealer: Sealer) {
    this.#path = path
    this.#sealer = sealer
  }

  /** SubjectPublicKeyInfo, DER. */
  publicKey(): Uint8Array {
    return Buffer.from(this.#ensure().publicKey, 'base64')
  }

  /** @throws {VaultError} the master key is another one, or the file was altered */
  sign(facts: BundleFacts): Uint8Array {
    return sign(null, Buffer.from(signedText(facts)), this.#open(this.#ensure()))
  }

  /** Seals the key anew when an older master key sealed it; does nothing when there is none. */
  reseal(): void {
    const kept = this.#read()
    if (kept === undefined || !this.#sealer.isStale(sealedOf(kept))) return
    writeFile(this.#path, this.#textOf(this.#open(kept)))
  }

  #ensure(): KeyFile {
    const kept = this.#read()
    if (kept !== undefined) return kept
    writeFirst(this.#path, this.#textOf(generateKeyPairSync('ed25519').privateKey))
    const made = this.#read()
    if (made !== undefined) return made
    throw new Error(`${this.#path} was removed as soon as it was made.`)
  }

  #read(): KeyFile | undefined {
    let text: string
    try {
      text = readFileSync(this.#path, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
    const read: unknown = JSON.parse(text)
    if (isKeyFile(read)) return read
    throw new Error(`${this.#path} is damaged. Put it back from your copy: nodes believe no other key.`)
  }

  #open(file: KeyFile): KeyObject {
    const der = Buffer.from(this.#sealer.open(sealedOf(file), association))
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  }

  #textOf(privateKey: KeyObject): string {
    const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64')
    const sealed = this.#sealer.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), association)
    return `${JSON.stringify({ publicKey, sealedKey: Buffer.from(sealed).toString('base64') })}\n`
  }
}

function sealedOf({ sealedKey }: KeyFile): Uint8Array {
  return Buffer.from(sealedKey, 'base64')
}

function isKeyFile(value: unknown): value is KeyFile {
  if (typeof value !== 'object' || value === null || !('publicKey' in value) || !('sealedKey' in value)) return false
  return typeof value.publicKey === 'string' && typeof value.sealedKey === 'string'
}
