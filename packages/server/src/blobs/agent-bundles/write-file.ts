import {
  closeSync,
  fsyncSync,
  lchownSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** Replaces a file: after this it is whole and on disk, also when the power fails meanwhile. */
export function writeFile(path: string, text: string): void {
  writePartial(path, text)
  renameSync(partialOf(path), path)
  flush(dirname(path))
}

/** As `writeFile`, unless the file is there already: false then. */
export function writeFirst(path: string, text: string): boolean {
  writePartial(path, text)
  try {
    // A link, unlike a rename, cannot replace a file that appeared meanwhile.
    linkSync(partialOf(path), path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(partialOf(path))
  }
  flush(dirname(path))
  return true
}

/**
 * What an administrator makes as root belongs to whom the folder belongs: the server may be somebody else. That one may
 * put a link in its place meanwhile: what the link leads to is not given away.
 */
export function giveToOwnerOf(folder: string, path: string): void {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(folder)
  lchownSync(path, uid, gid)
}

/** Brings a file, or the names in a folder, to the disk. */
export function flush(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function writePartial(path: string, text: string): void {
  rmSync(partialOf(path), { force: true })
  writeFileSync(partialOf(path), text, { mode: 0o600, flag: 'wx', flush: true })
  giveToOwnerOf(dirname(path), partialOf(path))
}

/** Two processes may write the same file at once. */
function partialOf(path: string): string {
  return `${path}.${process.pid}`
}
