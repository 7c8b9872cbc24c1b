import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { AgentBundles, BundleName, PublishedBundle } from '../../domain/agent-bundles.ts'
import { bundleFileName } from '../../domain/agent-bundles.ts'
import { type Sealer, SigningKeyFile } from './signing-key-file.ts'
import { giveToOwnerOf } from './write-file.ts'

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
  #listed: readonly PublishedBundle[] = []
  /** When the folder was changed last, as far as `#listed` knows. */
  #changedAt: bigint | undefined

  constructor(dataDir: string, sealer: Sealer) {
    this.folder = join(dataDir, 'agent-bundles')
    if (mkdirSync(this.folder, { recursive: true, mode: 0o700 }) !== undefined) giveToOwnerOf(dataDir, this.folder)
    this.signingKey = new SigningKeyFile(join(this.folder, 'signing-key'), sealer)
  }

  publicKey(): Uint8Array {
    return this.signingKey.publicKey()
  }

  list(): readonly PublishedBundle[] {
    const { mtimeNs } = statSync(this.folder, { bigint: true })
    if (mtimeNs !== this.#changedAt) {
      this.#listed = readdirSync(this.folder)
        .filter((name) => name.endsWith('.json'))
        .flatMap((name) => readListed(join(this.folder, name)))
      this.#changedAt = mtimeNs
    }
    return this.#listed
  }

  async read(name: BundleName, offset: number, length: number): Promise<Uint8Array | undefined> {
    try {
      const file = await open(join(this.folder, bundleFileName(name)))
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
        return buffer.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }
}

/** Nothing when it was removed meanwhile. */
function readListed(path: string): PublishedBundle[] {
  try {
    // Written by `writeListed` alone, and whole.
    const read = JSON.parse(readFileSync(path, 'utf8')) as ReturnType<typeof listedFields>
    const { signature, publishedAt, ...facts } = read
    return [{ ...facts, signature: Buffer.from(signature, 'base64'), publishedAt: new Date(publishedAt) }]
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** What the file beside a bundle holds. */
export function listedFields({ signature, publishedAt, ...facts }: PublishedBundle) {
  return { ...facts, signature: Buffer.from(signature).toString('base64'), publishedAt: publishedAt.toISOString() }
}
