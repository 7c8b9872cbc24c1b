import { closeSync, createReadStream, mkdirSync, openSync, symlinkSync, writeSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import {
  type BundledFile,
  BundleError,
  type BundleManifest,
  decodeManifest,
  mostManifestBytes,
  unpackedBytes,
} from '@fairlead/wire/agent-bundle'
import { syncPath } from '../disk/durable-file.ts'
import { readBytes } from '../disk/read-text.ts'

/** Files that are brought to the disk at once: the disk does several in the time of one. */
const syncedAtOnce = 16

/** The manifest of a bundle, and where its line ends. Throws BundleError. */
export function readManifest(bundle: string): { readonly manifest: BundleManifest; readonly end: number } {
  const head = Buffer.from(readBytes(bundle, mostManifestBytes) ?? [])
  const end = head.indexOf('\n') + 1
  if (end === 0) throw new BundleError('This is not a bundle of the agent.')
  return { manifest: decodeManifest(head.toString('utf8', 0, end)), end }
}

/** Unpacks a bundle into a folder that is not there yet, and answers once all of it is on disk. Throws BundleError. */
export async function unpackBundle(bundle: string, folder: string, signal: AbortSignal): Promise<void> {
  const { manifest, end } = readManifest(bundle)
  const { files, links } = manifest
  const parents = [...files, ...links].map(({ path }) => dirname(join(folder, path)))
  for (const path of parents) mkdirSync(path, { recursive: true, mode: 0o700 })
  const unpacking = new Unpacking(folder, files)
  try {
    const zipped = createReadStream(bundle, { start: end })
    // What goes wrong is told by the loop.
    const chunks: AsyncIterable<Buffer> = pipeline(zipped, createGunzip(), () => undefined)
    for await (const chunk of chunks) {
      signal.throwIfAborted()
      unpacking.take(chunk)
    }
  } catch (cause) {
    throw cause instanceof BundleError || signal.aborted ? cause : new BundleError('The bundle is damaged.', { cause })
  } finally {
    unpacking.close()
  }
  if (!unpacking.isWhole) throw new BundleError('There is less in the bundle than its manifest says.')
  for (const { path, to } of links) {
    const link = join(folder, path)
    symlinkSync(relative(dirname(link), join(folder, to)), link)
  }
  await syncAll([...files.map(({ path }) => join(folder, path)), ...foldersBelow(folder, parents)])
}

/** Puts the bytes of all files, one after the other, where they belong. */
class Unpacking {
  readonly #folder: string
  readonly #left: BundledFile[]
  #file: { readonly descriptor: number; left: number } | undefined
  #missing: number

  constructor(folder: string, files: readonly BundledFile[]) {
    this.#folder = folder
    this.#left = [...files]
    this.#missing = unpackedBytes(files)
    this.#advance()
  }

  get isWhole(): boolean {
    return this.#missing === 0
  }

  take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const file = this.#file
      if (file === undefined) throw new BundleError('There is more in the bundle than its manifest says.')
      const written = writeSync(file.descriptor, chunk, at, Math.min(chunk.length - at, file.left))
      file.left -= written
      this.#missing -= written
      at += written
      this.#advance()
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file.descriptor)
    this.#file = undefined
  }

  /** Goes on to a file that has bytes to come. */
  #advance(): void {
    while (this.#file === undefined || this.#file.left === 0) {
      this.close()
      const next = this.#left.shift()
      if (next === undefined) return
      const descriptor = openSync(join(this.#folder, next.path), 'wx', next.isExecutable ? 0o700 : 0o600)
      this.#file = { descriptor, left: next.bytes }
    }
  }
}

function foldersBelow(folder: string, parents: readonly string[]): readonly string[] {
  const found = new Set([folder])
  for (let path of parents) {
    for (; path.length > folder.length; path = dirname(path)) found.add(path)
  }
  return [...found]
}

async function syncAll(paths: readonly string[]): Promise<void> {
  for (let at = 0; at < paths.length; at += syncedAtOnce) {
    await Promise.all(paths.slice(at, at + syncedAtOnce).map(syncPath))
  }
}
