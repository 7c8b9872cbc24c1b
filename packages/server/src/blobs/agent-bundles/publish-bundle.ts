import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  copyFileSync,
  createReadStream,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import {
  BundleError,
  decodeManifest,
  mostBundleBytes,
  mostManifestBytes,
  unpackedBytes,
} from '@fairlead/wire/agent-bundle'
import { type BundleName, bundleFileName, type PublishedBundle } from '../../domain/agent-bundles.ts'
import { describeBundle } from './description-file.ts'
import type { DiskAgentBundles } from './disk-agent-bundles.ts'
import { flush, giveToOwnerOf, writeFile } from './write-file.ts'

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
  if (statSync(file).size > mostBundleBytes) throw tooLarge()
  const partialFolder = mkdtempSync(join(bundles.folder, 'partial-'))
  const partial = join(partialFolder, 'bundle')
  try {
    // Never through a link: the folder belongs to the server, and who publishes may be root.
    copyFileSync(file, partial, constants.COPYFILE_EXCL)
    // What is read from here on is what is published.
    const checked = await check(partial)
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
    giveToOwnerOf(bundles.folder, partial)
    flush(partial)
    renameSync(partial, path)
    writeFile(`${path}.json`, describeBundle(bundle))
    return { bundle, isNew: true }
  } finally {
    rmSync(partialFolder, { recursive: true, force: true })
  }
}

/** Nodes that have it keep it; no other node gets it any more. */
export function removeBundle(bundles: DiskAgentBundles, name: BundleName): void {
  const path = join(bundles.folder, bundleFileName(name))
  rmSync(`${path}.json`, { force: true })
  rmSync(path, { force: true })
}

async function check(path: string): Promise<Omit<PublishedBundle, 'signature' | 'publishedAt'>> {
  const { version, platform, arch, engines, files, end } = readManifest(path)
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > mostBundleBytes) throw tooLarge()
    hash.update(chunk)
  }
  let missing = unpackedBytes(files)
  try {
    const unzipped: AsyncIterable<Buffer> = pipeline(
      createReadStream(path, { start: end }),
      createGunzip(),
      () => undefined,
    )
    for await (const chunk of unzipped) {
      missing -= chunk.length
      if (missing < 0) break
    }
  } catch (cause) {
    throw new BundleError('The bundle is damaged.', { cause })
  }
  if (missing !== 0) throw new BundleError('The bundle is damaged: its files are not as long as its manifest says.')
  return { version, platform, arch, engines, bytes, sha256: hash.digest('hex') }
}

function tooLarge(): BundleError {
  return new BundleError(`A bundle has ${mostBundleBytes} bytes at most.`)
}

function readManifest(path: string) {
  const head = Buffer.alloc(mostManifestBytes)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, head, 0, head.length, 0)
    const end = head.subarray(0, length).indexOf('\n') + 1
    if (end === 0) throw new BundleError('This is not a bundle of the agent.')
    return { ...decodeManifest(head.toString('utf8', 0, end)), end }
  } finally {
    closeSync(file)
  }
}
