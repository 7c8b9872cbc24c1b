/**
 * One file that holds a version of the agent:
 *
 *   a line of JSON   the manifest: what the version is, and the files in their order, with their sizes
 *   gzip             the bytes of these files, one after the other
 */
export interface BundleManifest {
  /** Such as `1.2.3`. */
  readonly version: string
  /** As Node calls them: `linux`, `x64`. */
  readonly platform: string
  readonly arch: string
  /** The oldest Node that runs it: `>=24`. */
  readonly engines: string
  readonly files: readonly BundledFile[]
  readonly links: readonly BundledLink[]
}

export interface BundledFile {
  /** Below the bundle's folder, with slashes. */
  readonly path: string
  readonly bytes: number
  /** A program, such as the helper that node-pty starts on macOS. */
  readonly isExecutable: boolean
}

/** A symbolic link to a folder of the bundle. */
export interface BundledLink {
  readonly path: string
  /** Below the bundle's folder too. */
  readonly to: string
}

/** What a server vouches for when it signs a bundle. */
export interface BundleFacts {
  readonly version: string
  readonly platform: string
  readonly arch: string
  /** Of the whole file. */
  readonly bytes: number
  /** Of the same, in lower-case hexadecimal. */
  readonly sha256: string
}

/** The file is no bundle, or one that must not be unpacked; the text says why. */
export class BundleError extends Error {
  override readonly name = 'BundleError'
}

/** What is started, as `node bin/fairlead.mjs agent OPTIONS`. */
export const bundleEntry = 'bin/fairlead.mjs'

/** Of the manifest's line, its end included. */
export const mostManifestBytes = 1024 * 1024
export const mostBundleBytes = 128 * 1024 * 1024
const mostUnpackedBytes = 512 * 1024 * 1024
const mostFiles = 5_000
const mostLinks = 16
const longestPath = 240
const segment = /^[A-Za-z0-9@._+-]{1,100}$/
const form = 'fairlead-agent-bundle/1'

export function encodeManifest({ version, platform, arch, engines, files, links }: BundleManifest): string {
  return `${JSON.stringify({ form, version, platform, arch, engines, files, links })}\n`
}

/**
 * Reads the manifest's line. What it lists can be written below one folder and nowhere else: no path leaves it, none is
 * there twice, none leads through a link, and links lead to folders of the bundle.
 *
 * @throws {BundleError}
 */
export function decodeManifest(line: string): BundleManifest {
  const read = parse(line)
  if (read['form'] !== form) throw new BundleError('This is not a bundle of the agent.')
  const version = textOf(read, 'version')
  const platform = textOf(read, 'platform')
  const arch = textOf(read, 'arch')
  const engines = textOf(read, 'engines')
  if (!isAgentVersion(version)) throw new BundleError(`The version ${version} is not of the form 1.2.3.`)
  for (const word of [platform, arch]) {
    if (!isPlatformWord(word)) throw new BundleError(`${word} names no platform.`)
  }
  if (enginesForm.exec(engines) === null) throw new BundleError(`engines must be like >=24, and is ${engines}.`)
  const files = listOf(read, 'files', mostFiles).map((file) => ({
    path: pathOf(file, 'path'),
    bytes: countOf(file, 'bytes'),
    isExecutable: file['isExecutable'] === true,
  }))
  const links = listOf(read, 'links', mostLinks).map((link) => ({ path: pathOf(link, 'path'), to: pathOf(link, 'to') }))
  checkPaths(files, links)
  if (unpackedBytes(files) > mostUnpackedBytes) throw new BundleError('The bundle is too large when it is unpacked.')
  return { version, platform, arch, engines, files, links }
}

/** Of all files together. */
export function unpackedBytes(files: readonly BundledFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** The text that is signed (Ed25519). */
export function signedText({ version, platform, arch, bytes, sha256 }: BundleFacts): string {
  return [form, version, platform, arch, String(bytes), sha256, ''].join('\n')
}

/** Three or four numbers with dots between them. */
export function isAgentVersion(text: string): boolean {
  return /^\d{1,6}\.\d{1,6}\.\d{1,6}(?:\.\d{1,6})?$/.test(text)
}

/** `linux`, `x64`: what may be part of a file's name. */
export function isPlatformWord(text: string): boolean {
  return /^[a-z0-9]{1,16}$/.test(text)
}

/** Negative when `left` is the older one. Both must be versions. */
export function compareAgentVersions(left: string, right: string): number {
  const [ours, others] = [left, right].map((version) => version.split('.').map(Number))
  for (let at = 0; at < 4; at++) {
    const difference = (ours?.[at] ?? 0) - (others?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const enginesForm = /^>=(\d{1,4}(?:\.\d{1,4}){0,2})$/

/** Whether a Node of this version (`26.10.0`) runs what asks for `engines` (`>=24`). */
export function isNodeEnough(engines: string, nodeVersion: string): boolean {
  const least = enginesForm.exec(engines)?.[1]
  return least !== undefined && compareAgentVersions(nodeVersion, least) >= 0
}

function checkPaths(files: readonly BundledFile[], links: readonly BundledLink[]): void {
  const names = new Set<string>()
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)))
  for (const { path } of [...files, ...links]) {
    if (names.has(path) || folders.has(path)) throw new BundleError(`${path} is there twice.`)
    names.add(path)
  }
  for (const { path, to } of links) {
    if (!folders.has(to)) throw new BundleError(`The link ${path} leads to no folder of the bundle.`)
    if (foldersOf(path).some((folder) => names.has(folder))) throw new BundleError(`${path} leads through a link.`)
  }
  if (!files.some(({ path }) => path === bundleEntry)) throw new BundleError(`The bundle has no ${bundleEntry}.`)
}

/** `a/b/c` is in `a` and in `a/b`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

type Fields = Readonly<Record<string, unknown>>

function parse(line: string): Fields {
  try {
    const read: unknown = JSON.parse(line)
    if (isFields(read)) return read
  } catch (cause) {
    throw new BundleError('This is not a bundle of the agent.', { cause })
  }
  throw new BundleError('This is not a bundle of the agent.')
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string' && value.length <= 256) return value
  throw new BundleError(`The manifest has no ${name}.`)
}

function countOf(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new BundleError(`The manifest has no ${name}.`)
}

function pathOf(fields: Fields, name: string): string {
  const path = textOf(fields, name)
  const isSafe = path.split('/').every((part) => segment.test(part) && part !== '.' && part !== '..')
  if (isSafe && path.length <= longestPath) return path
  throw new BundleError(`${path} is no path that a bundle may have.`)
}

function listOf(fields: Fields, name: string, most: number): readonly Fields[] {
  const value = fields[name]
  if (!Array.isArray(value) || value.length > most || !value.every(isFields)) {
    throw new BundleError(`The manifest has no list ${name} of at most ${most}.`)
  }
  return value
}
