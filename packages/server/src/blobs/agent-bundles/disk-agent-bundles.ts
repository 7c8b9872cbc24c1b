import { closeSync, mkdirSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type AgentBundles, type BundleName, bundleFileName, type PublishedBundle } from '../../domain/agent-bundles.ts'
import { readDescription } from './description-file.ts'
import { type Sealer, SigningKeyFile } from './signing-key-file.ts'
import { giveToOwnerOf } from './write-file.ts'

/** Of two changes that are closer to each other than a disk's clock tells, a look in between would not show the second. */
const settledMs = 2_000

/**
 * DIR/agent-bundles: files that an administrator puts there while the server runs or not, and that it reads.
 *
 *   signing-key                  the key that vouches for them
 *   VERSION-PLATFORM-ARCH        a bundle
 *   VERSION-PLATFORM-ARCH.json   what it is, and the signature; made last and removed first
 */
export class DiskAgentBundles implements AgentBundles {
  readonly folder: string
  readonly signingKey: SigningKeyFile
  readonly #now: () => Date
  #listed: readonly PublishedBundle[] = []
  /** When the folder was changed last, as far as `#listed` is known to show it. */
  #shownMs: number | undefined

  constructor(dataDir: string, sealer: Sealer, now: () => Date) {
    this.folder = join(dataDir, 'agent-bundles')
    this.#now = now
    if (mkdirSync(this.folder, { recursive: true, mode: 0o700 }) !== undefined) giveToOwnerOf(dataDir, this.folder)
    this.signingKey = new SigningKeyFile(join(this.folder, 'signing-key'), sealer)
  }

  publicKey(): Uint8Array | undefined {
    // Nodes that learnt another one would believe it for good, also after the lost one was put back.
    return this.list().length === 0 || this.signingKey.isThere ? this.signingKey.publicKey() : undefined
  }

  /** What nodes refuse, since a key signed it that is not here any more. Throws VaultError. */
  unvouched(): readonly PublishedBundle[] {
    return this.list().filter((bundle) => !this.signingKey.hasSigned(bundle, bundle.signature))
  }

  list(): readonly PublishedBundle[] {
    const changedMs = statSync(this.folder, { throwIfNoEntry: false })?.mtimeMs
    if (changedMs === undefined) return []
    if (changedMs !== this.#shownMs) {
      const isSettled = Math.abs(this.#now().getTime() - changedMs) > settledMs
      this.#listed = readdirSync(this.folder)
        .filter((name) => name.endsWith('.json'))
        .flatMap((name) => readDescription(join(this.folder, name)) ?? [])
      this.#shownMs = isSettled ? changedMs : undefined
    }
    return this.#listed
  }

  // What a whole fleet asks for is in the kernel's memory: a thread, and a buffer for each request that waits for it, cost more.
  read(name: BundleName, offset: number, length: number): Uint8Array | undefined {
    try {
      const file = openSync(join(this.folder, bundleFileName(name)), 'r')
      try {
        const bytes = Buffer.allocUnsafe(length)
        return bytes.subarray(0, readSync(file, bytes, 0, length, offset))
      } finally {
        closeSync(file)
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }
}
