import { closeSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from '../../cli-error.ts'
import { padding, type TarEntry, tarEnd, tarHeader } from './tar-header.ts'

export interface LocalEntry extends TarEntry {
  readonly path: string
}

/** A folder of this machine as an archive. */
export interface LocalTree {
  readonly entries: readonly LocalEntry[]
  /** Of the archive, in bytes. */
  readonly length: number
  /** What is no file and no folder, and stays behind. */
  readonly passedOver: readonly string[]
}

const deepest = 200
const pieceLength = 64 * 1024

/** Looks a folder through, links being what they lead to. Throws CliError when it goes round in circles. */
export function scanTree(root: string): LocalTree {
  const entries: LocalEntry[] = []
  const passedOver: string[] = []
  const visit = (path: string, name: string, above: readonly string[]) => {
    const { mode, size, mtimeMs, ...stat } = statOf(path)
    const about = { path, name, mode: mode & 0o777, changedAt: mtimeMs / 1000 }
    if (stat.isFile) entries.push({ ...about, kind: 'file', length: size })
    else if (!stat.isFolder) passedOver.push(path)
    else {
      const real = realpathSync(path)
      if (above.includes(real) || above.length >= deepest) throw new CliError(`${path} is within itself, or too deep.`)
      entries.push({ ...about, kind: 'folder', length: 0 })
      for (const child of readdirSync(path).sort()) visit(join(path, child), `${name}/${child}`, [...above, real])
    }
  }
  visit(root, '.', [])
  const contents = entries.reduce((sum, entry) => sum + entryLength(entry), 0)
  return { entries, length: contents + tarEnd.length, passedOver }
}

/** The bytes of the archive, exactly as many as were announced: what a file lacks by now is filled up, and told of. */
export function* archiveOf({ entries }: LocalTree, onChanged: (path: string) => void): Generator<Buffer> {
  for (const entry of entries) {
    yield tarHeader(entry)
    if (entry.kind === 'file') yield* contentOf(entry.path, entry.length, onChanged)
    yield padding(entry.length)
  }
  yield tarEnd
}

/** `length` bytes of a file. */
export function* contentOf(path: string, length: number, onChanged: (path: string) => void): Generator<Buffer> {
  const file = openSync(path, 'r')
  try {
    for (let left = length; left > 0; ) {
      const piece = Buffer.allocUnsafe(Math.min(pieceLength, left))
      const count = readSync(file, piece)
      if (count === 0) {
        onChanged(path)
        yield* zeros(left)
        return
      }
      left -= count
      yield piece.subarray(0, count)
    }
  } finally {
    closeSync(file)
  }
}

function* zeros(length: number): Generator<Buffer> {
  for (let left = length; left > 0; left -= pieceLength) yield Buffer.alloc(Math.min(pieceLength, left))
}

function entryLength(entry: LocalEntry): number {
  return tarHeader(entry).length + entry.length + padding(entry.length).length
}

function statOf(path: string) {
  const stat = statSync(path)
  const { mode, size, mtimeMs } = stat
  return { mode, size, mtimeMs, isFile: stat.isFile(), isFolder: stat.isDirectory() }
}
