import { gzipSync } from 'node:zlib'
import { type BundleManifest, decodeManifest, encodeManifest } from '../../packages/wire/src/agent-bundle.ts'
import type { AgentFile } from './agent-files.ts'

/** The bytes of a bundle: the same for the same files, whenever and wherever it is made. Throws BundleError. */
export function makeBundle(about: Omit<BundleManifest, 'files'>, files: readonly AgentFile[]): Uint8Array {
  const listed = files.map(({ path, content, isExecutable }) => ({ path, bytes: content.length, isExecutable }))
  const line = encodeManifest({ ...about, files: listed })
  // What a node would refuse is better refused here.
  decodeManifest(line)
  const zipped = gzipSync(Buffer.concat(files.map(({ content }) => content)), { level: 9 })
  return Buffer.concat([Buffer.from(line), zipped])
}
