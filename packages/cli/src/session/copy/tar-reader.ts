import { blockLength } from './tar-header.ts'

/** An archive that cannot be read, or holds what must not be in it. */
export class TarError extends Error {
  override readonly name = 'TarError'
}

export interface ReadEntry {
  /** As it stands in the archive; nothing of it is to be believed. */
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link'
  /** What a hard link is another name of. */
  readonly target: string
  readonly mode: number
  readonly length: number
}

export interface TarEvents {
  onEntry(entry: ReadEntry): void
  onContent(bytes: Buffer): void
  onEntryEnd(): void
}

const longestName = 4_096
const longestExtension = 65_536

interface Extension {
  readonly type: 'L' | 'K' | 'x' | 'g'
  readonly chunks: Buffer[]
}

/** Reads an archive as tar writes it on any Unix (ustar, GNU, pax), whatever pieces it comes in. Throws TarError. */
export class TarReader {
  readonly #events: TarEvents
  #pending: Buffer = Buffer.alloc(0)
  #content = 0
  #padding = 0
  #extension: Extension | undefined
  #isInEntry = false
  #longName: string | undefined
  #longTarget: string | undefined
  #longLength: number | undefined
  #hasEnded = false

  constructor(events: TarEvents) {
    this.#events = events
  }

  /** Takes the next bytes; answers how many of them belong to the archive: all, up to its end. */
  take(bytes: Buffer): number {
    let at = 0
    while (at < bytes.length && !this.#hasEnded) {
      if (this.#content > 0) at += this.#takeContent(bytes.subarray(at))
      else if (this.#padding > 0) {
        const skipped = Math.min(this.#padding, bytes.length - at)
        this.#padding -= skipped
        at += skipped
      } else {
        const wanted = blockLength - this.#pending.length
        const piece = bytes.subarray(at, at + wanted)
        at += piece.length
        this.#pending = Buffer.concat([this.#pending, piece])
        if (this.#pending.length === blockLength) {
          const block = this.#pending
          this.#pending = Buffer.alloc(0)
          this.#takeHeader(block)
        }
      }
    }
    return at
  }

  /** True once the first block of the end was read. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  #takeContent(bytes: Buffer): number {
    const piece = bytes.subarray(0, this.#content)
    this.#content -= piece.length
    if (this.#extension !== undefined) this.#extension.chunks.push(Buffer.from(piece))
    else this.#events.onContent(piece)
    if (this.#content === 0) this.#endContent()
    return piece.length
  }

  #endContent(): void {
    const extension = this.#extension
    this.#extension = undefined
    if (extension !== undefined) this.#takeExtension(extension)
    else if (this.#isInEntry) {
      this.#isInEntry = false
      this.#events.onEntryEnd()
    }
  }

  #takeExtension({ type, chunks }: Extension): void {
    const bytes = Buffer.concat(chunks)
    if (type === 'L') this.#longName = textOf(bytes)
    if (type === 'K') this.#longTarget = textOf(bytes)
    if (type !== 'x') return
    const records = paxRecords(bytes)
    this.#longName = records.get('path') ?? this.#longName
    this.#longTarget = records.get('linkpath') ?? this.#longTarget
    const size = records.get('size')
    if (size !== undefined) this.#longLength = numberOf(size, /^\d{1,15}$/, 10)
  }

  #takeHeader(block: Buffer): void {
    if (block.every((byte) => byte === 0)) {
      this.#hasEnded = true
      return
    }
    if (sumOf(block) !== numberOf(fieldOf(block, 148, 8), /^[0-7]{1,7}$/, 8)) {
      throw new TarError('what the node sends is no archive')
    }
    const type = String.fromCharCode(block[156] ?? 0)
    const length = lengthOf(block)
    if (type === 'L' || type === 'K' || type === 'x' || type === 'g') {
      if (length > longestExtension) throw new TarError('a name in the archive is too long')
      this.#begin(length)
      this.#extension = { type, chunks: [] }
    } else this.#beginEntry(block, type, length)
    if (this.#content === 0) this.#endContent()
  }

  #beginEntry(block: Buffer, type: string, length: number): void {
    const kind = kindOf(type)
    const isUstar = block.toString('latin1', 257, 263) === 'ustar\0'
    const prefix = isUstar ? textOf(block.subarray(345, 500)) : ''
    const short = textOf(block.subarray(0, 100))
    const name = this.#longName ?? (prefix === '' ? short : `${prefix}/${short}`)
    const target = this.#longTarget ?? textOf(block.subarray(157, 257))
    if (name.length > longestName || target.length > longestName)
      throw new TarError('a name in the archive is too long')
    this.#begin(kind === 'file' ? (this.#longLength ?? length) : 0)
    this.#longName = undefined
    this.#longTarget = undefined
    this.#longLength = undefined
    this.#isInEntry = true
    const mode = numberOf(fieldOf(block, 100, 8), /^[0-7]{1,7}$/, 8)
    this.#events.onEntry({ name, kind, target, mode, length: this.#content })
  }

  #begin(length: number): void {
    this.#content = length
    this.#padding = (blockLength - (length % blockLength)) % blockLength
  }
}

function kindOf(type: string): ReadEntry['kind'] {
  if (type === '0' || type === '\0' || type === '7') return 'file'
  if (type === '5') return 'folder'
  if (type === '1') return 'link'
  throw new TarError(type === '2' ? 'a symbolic link is in the archive' : 'something that is no file is in the archive')
}

function lengthOf(block: Buffer): number {
  if (((block[124] ?? 0) & 0x80) === 0) return numberOf(fieldOf(block, 124, 12), /^[0-7]{0,11}$/, 8)
  const length = block.readBigUInt64BE(128)
  if ((block[124] ?? 0) !== 0x80 || length > BigInt(Number.MAX_SAFE_INTEGER)) throw new TarError('a file is too long')
  return Number(length)
}

function fieldOf(block: Buffer, at: number, length: number): string {
  return block
    .toString('latin1', at, at + length)
    .replace(/[\0 ]+$/, '')
    .replace(/^ +/, '')
}

function numberOf(text: string, form: RegExp, base: number): number {
  if (!form.test(text)) throw new TarError('what the node sends is no archive')
  return text === '' ? 0 : Number.parseInt(text, base)
}

/** The sum of a header's bytes, with blanks in place of the sum itself. */
function sumOf(block: Buffer): number {
  let sum = 0
  for (const [index, byte] of block.entries()) sum += index >= 148 && index < 156 ? 0x20 : byte
  return sum
}

function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end)
}

/** `LENGTH KEY=VALUE\n`, again and again. */
function paxRecords(bytes: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at)
    const length = numberOf(bytes.toString('latin1', at, blank === -1 ? at : blank), /^[1-9]\d{0,5}$/, 10)
    const end = at + length
    const equals = bytes.indexOf(0x3d, blank)
    if (end > bytes.length || equals === -1 || equals >= end) throw new TarError('what the node sends is no archive')
    records.set(bytes.toString('utf8', blank + 1, equals), bytes.toString('utf8', equals + 1, end - 1))
    at = end
  }
  return records
}
