/** Archives consist of blocks of this length. */
export const blockLength = 512

export interface TarEntry {
  readonly name: string
  readonly kind: 'file' | 'folder'
  readonly mode: number
  /** Of a file; 0 for a folder. */
  readonly length: number
  /** Seconds since 1970. */
  readonly changedAt: number
}

const longestName = 100

/** The blocks before the content of an entry. A name that is too long for a header goes before it, as GNU tar has it. */
export function tarHeader(entry: TarEntry): Buffer {
  const name = Buffer.from(entry.kind === 'folder' ? `${entry.name}/` : entry.name)
  const type = entry.kind === 'folder' ? '5' : '0'
  const own = header(name.subarray(0, longestName), type, entry.mode, entry.length, entry.changedAt)
  if (name.length <= longestName) return own
  const long = Buffer.concat([name, Buffer.alloc(1)])
  return Buffer.concat([header(Buffer.from('././@LongLink'), 'L', 0o644, long.length, 0), padded(long), own])
}

/** What fills the last block of a content of `length` bytes. */
export function padding(length: number): Buffer {
  return Buffer.alloc((blockLength - (length % blockLength)) % blockLength)
}

/** The end of an archive. */
export const tarEnd = Buffer.alloc(2 * blockLength)

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, padding(bytes.length)])
}

function header(name: Buffer, type: string, mode: number, length: number, changedAt: number): Buffer {
  const block = Buffer.alloc(blockLength)
  name.copy(block, 0)
  block.write(octal(mode & 0o7777, 8), 100, 'latin1')
  block.write(octal(0, 8), 108, 'latin1')
  block.write(octal(0, 8), 116, 'latin1')
  writeLength(block, length)
  block.write(octal(Math.max(0, Math.floor(changedAt)), 12), 136, 'latin1')
  block.write('        ', 148, 'latin1')
  block.write(type, 156, 'latin1')
  block.write('ustar  \0', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

// Eleven octal digits, and beyond them base 256 with the first bit set, as GNU tar has it.
function writeLength(block: Buffer, length: number): void {
  if (length < 8 ** 11) {
    block.write(octal(length, 12), 124, 'latin1')
    return
  }
  block[124] = 0x80
  block.writeBigUInt64BE(BigInt(length), 128)
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`
}
