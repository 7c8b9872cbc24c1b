import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { masterKeyLength, VaultError } from './vault.ts'

/** Where a server's master keys come from. */
export interface MasterKeySource {
  /** The data directory, which exists. */
  readonly directory: string
  /** What FAIRLEAD_MASTER_KEY holds, in the form of the file; it wins over the file, which is then not made. */
  readonly configured?: string | undefined
  /** Gives that many unpredictable bytes. */
  random(length: number): Uint8Array
  /** Whether something is sealed already: then a key that is not there was lost, and another one would open nothing. */
  readonly isNeeded?: boolean
}

// A rotation needs two; the bound is on a file that is something else.
const mostKeys = 16

/**
 * The master keys, the one to seal with first. They are Base64 of 32 bytes each, separated by white space;
 * `DIR/master.key` is made on the first start, with mode 0600.
 *
 * @throws {VaultError} others may read the file, it does not hold keys, or it is gone and something was sealed with it
 */
export function readMasterKeys({ directory, configured, random, isNeeded = false }: MasterKeySource): Uint8Array[] {
  if (configured !== undefined) return parse(configured, 'FAIRLEAD_MASTER_KEY')
  const path = join(directory, 'master.key')
  const kept = readPrivate(path)
  if (kept === undefined && isNeeded) {
    throw new VaultError(
      `${path} is gone, and the secrets in the database are sealed with it. Put it back from your copy, or give it as FAIRLEAD_MASTER_KEY. No new one was made: it could open none of them.`,
    )
  }
  return parse(kept ?? make(path, random), path)
}

function readPrivate(path: string): string | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new VaultError(`The master key ${path} cannot be read.`, { cause: error })
  }
  try {
    const { mode, size } = fstatSync(file)
    // Windows has no such bits: there the directory's access list guards the file.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new VaultError(`Others may read the master key: run  chmod 600 ${path}  and consider it known to them.`)
    }
    if (size > 4096) throw new VaultError(`${path} is too long to hold master keys.`)
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

/** Everything sealed is lost with the key, so it is whole and on disk under its name before anything uses it. */
function make(path: string, random: (length: number) => Uint8Array): string {
  const text = `${Buffer.from(random(masterKeyLength)).toString('base64')}\n`
  const partial = `${path}.partial`
  rmSync(partial, { force: true })
  writeFileSync(partial, text, { mode: 0o600, flag: 'wx', flush: true })
  // A link, unlike a rename, cannot replace a key that appeared meanwhile.
  linkSync(partial, path)
  rmSync(partial)
  flushDirectory(join(path, '..'))
  return text
}

function flushDirectory(path: string): void {
  if (process.platform === 'win32') return
  const directory = openSync(path, 'r')
  fsyncSync(directory)
  closeSync(directory)
}

function parse(text: string, source: string): Uint8Array[] {
  const words = text.split(/\s+/).filter((word) => word !== '')
  if (words.length === 0 || words.length > mostKeys)
    throw new VaultError(`${source} holds ${words.length} master keys.`)
  return words.map((word) => {
    const key = new Uint8Array(Buffer.from(word, 'base64'))
    // Buffer skips what is not Base64, so compare instead of trusting it.
    if (key.length !== masterKeyLength || Buffer.from(key).toString('base64') !== word) {
      throw new VaultError(`${source} needs Base64 of ${masterKeyLength} bytes:  head -c 32 /dev/urandom | base64`)
    }
    return key
  })
}
