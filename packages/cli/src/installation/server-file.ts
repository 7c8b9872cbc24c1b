import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { CliError } from '../cli-error.ts'

/** What a running server wrote of itself into its data directory. */
export interface ServerFile {
  /** One for each listener, such as `http://127.0.0.1:7070`. */
  readonly urls: readonly string[]
  readonly region: string
  readonly accountId: string
  readonly pid: number
  readonly credentialsFile: string
  /** The certificate of the private authority, PEM; there when the server speaks https. */
  readonly caFile: string | undefined
  /** Whether it answers under AWS's own host names, as a proxy. */
  readonly awsHostnames: boolean
  /** Addresses that are a proxy and nothing else. */
  readonly proxyUrls: readonly string[]
}

const longestFile = 64 * 1024

/** DATA-DIR/server.json, or undefined when there is none. Throws CliError when it cannot be read. */
export function readServerFile(dataDir: string): ServerFile | undefined {
  const path = join(dataDir, 'server.json')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new CliError(`${path} cannot be read. It belongs to the user that the server runs as.`, { cause })
  }
  const file = text.length > longestFile ? undefined : parse(text, dataDir)
  if (file === undefined) throw new CliError(`${path} is damaged. Start the server again: it writes the file anew.`)
  return file
}

function parse(text: string, dataDir: string): ServerFile | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The caller tells that the file is damaged, which is all there is to tell.
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const {
    urls,
    region,
    accountId,
    pid,
    credentialsFile,
    caFile,
    awsHostnames,
    proxyUrls = [],
  } = value as Readonly<Record<string, unknown>>
  if (
    !isUrls(urls) ||
    !isUrls(proxyUrls) ||
    typeof region !== 'string' ||
    typeof accountId !== 'string' ||
    typeof pid !== 'number' ||
    !Number.isSafeInteger(pid) ||
    pid <= 0 ||
    typeof credentialsFile !== 'string'
  ) {
    return undefined
  }
  // A server that was given a relative folder names its files from where it was started, which we don't know.
  const placed = (path: string, usual: string) => (isAbsolute(path) ? path : join(dataDir, usual))
  return {
    urls,
    region,
    accountId,
    pid,
    credentialsFile: placed(credentialsFile, 'credentials'),
    caFile: typeof caFile === 'string' ? placed(caFile, 'tls/ca.pem') : undefined,
    awsHostnames: awsHostnames === true,
    proxyUrls,
  }
}

function isUrls(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((url) => typeof url === 'string' && URL.canParse(url))
}
