import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Vault } from '../store/vault.ts'

/** A certificate and its private key, both PEM. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

export type PairName = 'ca' | 'server' | 'aws-hostnames'
export type KeyVault = Pick<Vault, 'seal' | 'open' | 'isStale'>

/** DIR/tls: certificates as they are, private keys sealed with the master key and 0600. */
export class TlsFiles {
  readonly #folder: string
  readonly #vault: KeyVault

  constructor(folder: string, vault: KeyVault) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#folder = folder
    this.#vault = vault
  }

  pathOf(name: PairName): string {
    return join(this.#folder, `${name}.pem`)
  }

  /**
   * Undefined when a file is missing; a key that cannot be unsealed is empty, and so fits no certificate. One that an
   * older master key sealed is sealed anew.
   */
  read(name: PairName): Pair | undefined {
    const cert = this.pathOf(name)
    const key = this.#keyPath(name)
    if (!existsSync(cert) || !existsSync(key)) return undefined
    const sealed = Buffer.from(readFileSync(key, 'utf8'), 'base64')
    const opened = this.#unseal(name, sealed)
    if (opened !== '' && this.#vault.isStale(sealed)) this.#writeKey(name, opened)
    return { cert: readFileSync(cert, 'utf8'), key: opened }
  }

  write(name: PairName, { cert, key }: Pair): void {
    this.#writeKey(name, key)
    writeWhole(this.pathOf(name), cert, 0o644)
  }

  #writeKey(name: PairName, key: string): void {
    const sealed = Buffer.from(this.#vault.seal(key, associationOf(name))).toString('base64')
    writeWhole(this.#keyPath(name), `${sealed}\n`, 0o600)
  }

  #keyPath(name: PairName): string {
    return join(this.#folder, `${name}.key`)
  }

  #unseal(name: PairName, sealed: Uint8Array): string {
    try {
      return Buffer.from(this.#vault.open(sealed, associationOf(name))).toString()
    } catch {
      // Damaged, or sealed with another master key: to whoever asked for the pair it is of no use either way.
      return ''
    }
  }
}

/** The tag of a sealed key covers this too, so that keys cannot change places. */
function associationOf(name: PairName): string {
  return `tls/${name}`
}

/** After this the file is whole, also when the power fails meanwhile. */
function writeWhole(path: string, text: string, mode: number): void {
  rmSync(`${path}.new`, { force: true })
  const file = openSync(`${path}.new`, 'wx', mode)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
}
