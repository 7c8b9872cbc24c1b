import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { type AccessKey, newAccessKey } from './domain/access-key.ts'
import type { Log } from './events/log.ts'
import type { Store } from './store/store.ts'

/** The files of a data directory that people and scripts lean on (design, section 1). */
export interface CredentialParts {
  readonly dataDir: string
  readonly store: Store
  readonly now: () => Date
  readonly randomHex: (bytes: number) => string
}

/**
 * DIR/credentials, mode 0600: an AWS shared-credentials file with the root access key, made on the
 * first start. Written anew when it is gone, since the key itself is in the store.
 */
export async function writeCredentials({ dataDir, store, now, randomHex }: CredentialParts): Promise<string> {
  const key = await store.identities.accessKeys.ensureRootKey(newAccessKey(now(), randomHex))
  return writeKey(dataDir, key)
}

/** Keeps DIR/credentials to the root key in use when root changes its keys. With none in use the file stays as it was. */
export function followRootKey({ dataDir, store }: Pick<CredentialParts, 'dataDir' | 'store'>, log: Log): void {
  const { accessKeys } = store.identities
  const follow = async () => {
    const key = await accessKeys.rootKey()
    if (key?.status === 'Active') writeKey(dataDir, key)
  }
  accessKeys.watchRootKeys(() => {
    follow().catch((error: unknown) => log.warn({ err: error }, 'the credentials file could not be written'))
  })
}

function writeKey(dataDir: string, { accessKeyId, secret }: Pick<AccessKey, 'accessKeyId' | 'secret'>): string {
  const path = join(dataDir, 'credentials')
  const text = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secret}\n`
  if (readIfThere(path) !== text) writeWhole(path, text, 0o600)
  return path
}

/** One new root key instead of all that there were, also in DIR/credentials. Answers its id. */
export async function resetRootKey({ dataDir, store, now, randomHex }: CredentialParts): Promise<string> {
  const key = newAccessKey(now(), randomHex)
  await store.identities.accessKeys.replaceRootKeys(key)
  writeKey(dataDir, key)
  return key.accessKeyId
}

/** DIR/metrics-token, mode 0600: what Prometheus shows to read /metrics (`authorization: credentials_file`). */
export function writeMetricsToken(dataDir: string, randomHex: (bytes: number) => string): string {
  const path = join(dataDir, 'metrics-token')
  const kept = readIfThere(path)?.trim()
  if (kept !== undefined && kept.length >= 32) return kept
  const token = randomHex(32)
  writeWhole(path, `${token}\n`, 0o600)
  return token
}

export interface ServerFile {
  readonly urls: readonly string[]
  readonly proxyUrls: readonly string[]
  readonly credentialsFile: string
  readonly caFile: string | undefined
  readonly startedAt: Date
}

/** DIR/server.json tells `fairlead env` and other tools on this machine how to reach the running server. */
export function writeServerFile(config: Config, file: ServerFile): void {
  const { region, accountId, awsHostnames } = config
  writeWhole(
    join(config.dataDir, 'server.json'),
    `${JSON.stringify({ ...file, region, accountId, awsHostnames, pid: process.pid }, null, 2)}\n`,
    0o600,
  )
}

export function removeServerFile(dataDir: string): void {
  rmSync(join(dataDir, 'server.json'), { force: true })
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function writeWhole(path: string, text: string, mode: number): void {
  writeFileSync(`${path}.new`, text, { mode })
  renameSync(`${path}.new`, path)
}
