import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type ReadEntry, TarError, type TarEvents } from './tar-reader.ts'

const deepest = 200

/** Where the one file of an archive goes, whatever its name there is. */
export class ReceivedFile implements TarEvents {
  readonly #path: string
  #file: OpenFile | undefined
  #hasFile = false
  #bytes = 0

  constructor(path: string) {
    this.#path = path
  }

  get isComplete(): boolean {
    return this.#hasFile && this.#file === undefined
  }

  /** How many have come. */
  get bytes(): number {
    return this.#bytes
  }

  onEntry({ kind, mode }: ReadEntry): void {
    if (kind !== 'file' || this.#hasFile) throw new TarError('the node sends something else than the one file')
    this.#hasFile = true
    this.#file = openFile(this.#path, mode, 0)
  }

  onContent(bytes: Buffer): void {
    this.#bytes += bytes.length
    if (this.#file !== undefined) writeWhole(this.#file, bytes)
  }

  onEntryEnd(): void {
    if (this.#file !== undefined) close(this.#file)
    this.#file = undefined
  }
}

/** Where the files of an archive go: into one folder and nowhere else, whatever their names are. */
export class ReceivedFolder implements TarEvents {
  readonly #root: string
  /** Folders that are known to be real ones, with the modes that they get at the end. */
  readonly #folders = new Map<string, number | undefined>()
  /** Files that came, by their names in the archive. */
  readonly #files = new Map<string, string>()
  #file: OpenFile | undefined
  #isOver = false

  constructor(root: string) {
    this.#root = root
    mkdirSync(root, { recursive: true })
    this.#folders.set(root, undefined)
  }

  get isComplete(): boolean {
    return this.#isOver
  }

  onEntry(entry: ReadEntry): void {
    const parts = partsOf(entry.name)
    if (entry.kind === 'folder') {
      const path = this.#folder(parts)
      this.#folders.set(path, entry.mode)
      return
    }
    const name = parts.at(-1)
    if (name === undefined) throw new TarError('a file in the archive has no name')
    const path = join(this.#folder(parts.slice(0, -1)), name)
    if (entry.kind === 'link') {
      const original = this.#files.get(partsOf(entry.target).join('/'))
      if (original === undefined)
        throw new TarError(`a link in the archive leads out of it: ${printable(entry.target)}`)
      refuseLink(path)
      copyFileSync(original, path)
      return
    }
    this.#file = openFile(path, entry.mode, constants.O_NOFOLLOW)
    this.#files.set(parts.join('/'), path)
  }

  onContent(bytes: Buffer): void {
    if (this.#file !== undefined) writeWhole(this.#file, bytes)
  }

  onEntryEnd(): void {
    if (this.#file !== undefined) close(this.#file)
    this.#file = undefined
  }

  /** Gives the folders their modes, which may be such that nothing more can be put into them. */
  finish(): void {
    for (const [path, mode] of [...this.#folders].reverse()) if (mode !== undefined) chmodSync(path, mode & 0o777)
    this.#isOver = true
  }

  /** The folder, made if need be. A link in its way is not followed: it could lead anywhere. */
  #folder(parts: readonly string[]): string {
    let path = this.#root
    for (const part of parts) {
      path = join(path, part)
      if (this.#folders.has(path)) continue
      const found = lstatSync(path, { throwIfNoEntry: false })
      if (found === undefined) mkdirSync(path, { mode: 0o700 })
      else if (!found.isDirectory()) throw new TarError(`${path} is here already, and is no folder`)
      this.#folders.set(path, undefined)
    }
    return path
  }
}

interface OpenFile {
  readonly descriptor: number
  /** Undefined for what is no regular file. */
  readonly mode: number | undefined
}

function openFile(path: string, mode: number, flags: number): OpenFile {
  const found = lstatSync(path, { throwIfNoEntry: false })
  const { O_CREAT, O_TRUNC, O_WRONLY } = constants
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | flags, 0o600)
  const isOrdinary = found === undefined || found.isFile() || found.isSymbolicLink()
  return { descriptor, mode: isOrdinary ? mode & 0o777 : undefined }
}

function close({ descriptor, mode }: OpenFile): void {
  if (mode !== undefined) fchmodSync(descriptor, mode)
  closeSync(descriptor)
}

function writeWhole({ descriptor }: OpenFile, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}

function refuseLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) throw new TarError(`${path} is a symbolic link`)
}

/** The names on the way to an entry. Throws TarError for a way that leads out of the folder. */
function partsOf(name: string): readonly string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  const isForeign = process.platform === 'win32' && /[\\:]/.test(name)
  if (name.startsWith('/') || parts.includes('..') || isForeign) {
    throw new TarError(`the node sends a file that would not stay in the folder: ${printable(name)}`)
  }
  // What such names become here may be the same for several.
  if (name.includes('\ufffd')) throw new TarError(`the name of a file on the node is no UTF-8: ${printable(name)}`)
  if (parts.length > deepest) throw new TarError('the folders of the node are too deep')
  return parts
}

function printable(name: string): string {
  return JSON.stringify(name.slice(0, 200))
}
