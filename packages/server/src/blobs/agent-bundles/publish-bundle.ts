import { createHash } from 'node:crypto'
import {
  closeSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import {
  BundleError,
  decodeManifest,
  isPlatformWord,
  mostBundleBytes,
  mostManifestBytes,
  unpackedBytes,
} from '@fairlead/wire/agent-bundle'
import { type BundleName, bundleFileName, type PublishedBundle } from '../../domain/agent-bundles.ts'
import { describeBundle } from './description-file.ts'
import type { DiskAgentBundles } from './disk-agent-bundles.ts'
import { giveToOwnerOf, writeFile } from './write-file.ts'

type Checked = Omit<PublishedBundle, 'signature' | 'publishedAt'>

/** No publisher takes so long between making a file and giving it its name. */
const leftAfterMs = 10 * 60_000

/**
 * Checks a bundle, signs it and keeps it for nodes to fetch. What is published already is left as it is.
 *
 * @throws {BundleError} it is none, it is damaged, or another one of this version is published
 */
export async function publishBundle(
  bundles: DiskAgentBundles,
  file: string,
  publishedAt: Date,
): Promise<{ readonly bundle: PublishedBundle; readonly isNew: boolean }> {
  sweepPartials(bundles.folder, publishedAt)
  // What is checked and signed is what was read here: a copy in the server's folder could be changed by who has the server.
  const content = readBundle(file)
  const checked = await check(content)
  const earlier = bundles.list().find((one) => bundleFileName(one) === bundleFileName(checked))
  const isSame = earlier?.sha256 === checked.sha256
  if (isSame && bundles.signingKey.hasSigned(earlier, earlier.signature)) return { bundle: earlier, isNew: false }
  if (earlier !== undefined && !isSame) {
    throw new BundleError(
      `Another ${bundleFileName(checked)} is published: give this one a version of its own, or remove that one first.`,
    )
  }
  const bundle = { ...checked, signature: bundles.signingKey.sign(checked), publishedAt }
  const path = join(bundles.folder, bundleFileName(bundle))
  place(bundles.folder, path, content, checked, isSame)
  writeFile(`${path}.json`, describeBundle(bundle))
  return { bundle, isNew: true }
}

/** Gives the bytes their name. Of two publishers of one version the second finds the first one's, and does not replace them. */
function place(folder: string, path: string, content: Uint8Array, checked: Checked, mayReplace: boolean): void {
  const partialFolder = mkdtempSync(join(folder, 'partial-'))
  const partial = join(partialFolder, 'bundle')
  try {
    // Never through a link: the folder belongs to the server, and who publishes may be root.
    writeFileSync(partial, content, { mode: 0o600, flag: 'wx', flush: true })
    giveToOwnerOf(folder, partial)
    if (mayReplace) renameSync(partial, path)
    else linkSync(partial, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    if (isThere(path, checked)) return
    throw new BundleError(
      `Another ${bundleFileName(checked)} is being published, or was until it was cut. If it was: fairlead admin remove-agent ${checked.version}`,
      { cause: error },
    )
  } finally {
    rmSync(partialFolder, { recursive: true, force: true })
  }
}

function isThere(path: string, { bytes, sha256 }: Checked): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isFile() === true && found.size === bytes && sha256Of(readFileSync(path)) === sha256
}

/** What a publisher that was killed left behind. */
function sweepPartials(folder: string, now: Date): void {
  for (const name of readdirSync(folder)) {
    if (!/^partial-|^signing-key\.\d+$|\.json\.\d+$/.test(name)) continue
    const path = join(folder, name)
    const made = lstatSync(path, { throwIfNoEntry: false })
    if (made !== undefined && now.getTime() - made.mtimeMs > leftAfterMs) rmSync(path, { recursive: true, force: true })
  }
}

/** Bundles of a version that nodes cannot fetch, since who published them was cut. */
export function cutBundles(bundles: DiskAgentBundles, version: string): readonly BundleName[] {
  const listed = new Set(bundles.list().map(bundleFileName))
  return readdirSync(bundles.folder).flatMap((name) => {
    const [ofName, platform = '', arch = '', ...more] = name.split('-')
    const isBundle = ofName === version && more.length === 0 && [platform, arch].every(isPlatformWord)
    return isBundle && !listed.has(name) ? [{ version, platform, arch }] : []
  })
}

/** Nodes that have it keep it; no other node gets it any more. */
export function removeBundle(bundles: DiskAgentBundles, name: BundleName): void {
  const path = join(bundles.folder, bundleFileName(name))
  rmSync(`${path}.json`, { force: true })
  rmSync(path, { force: true })
}

/** Throws BundleError when there is more than a bundle may have. */
function readBundle(path: string): Buffer {
  if (statSync(path).size > mostBundleBytes) throw tooLarge()
  const file = openSync(path, 'r')
  try {
    const chunks: Buffer[] = []
    for (let bytes = 0; ; ) {
      const chunk = Buffer.allocUnsafe(1024 * 1024)
      const length = readSync(file, chunk)
      if (length === 0) return Buffer.concat(chunks)
      bytes += length
      if (bytes > mostBundleBytes) throw tooLarge()
      chunks.push(chunk.subarray(0, length))
    }
  } finally {
    closeSync(file)
  }
}

async function check(content: Buffer): Promise<Checked> {
  const end = content.subarray(0, mostManifestBytes).indexOf('\n') + 1
  if (end === 0) throw new BundleError('This is not a bundle of the agent.')
  const { version, platform, arch, engines, files } = decodeManifest(content.toString('utf8', 0, end))
  let missing = unpackedBytes(files)
  try {
    const unzipped: AsyncIterable<Buffer> = Readable.from([content.subarray(end)]).pipe(createGunzip())
    for await (const chunk of unzipped) {
      missing -= chunk.length
      if (missing < 0) break
    }
  } catch (cause) {
    throw new BundleError('The bundle is damaged.', { cause })
  }
  if (missing !== 0) throw new BundleError('The bundle is damaged: its files are not as long as its manifest says.')
  return { version, platform, arch, engines, bytes: content.length, sha256: sha256Of(content) }
}

function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function tooLarge(): BundleError {
  return new BundleError(`A bundle has ${mostBundleBytes} bytes at most.`)
}
