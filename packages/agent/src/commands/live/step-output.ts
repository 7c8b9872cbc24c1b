import { join } from 'node:path'
import type { OutputStream } from '@fairlead/wire/control-message'
import { readPieces } from './kept-pieces.ts'
import type { LivePiece } from './live-steps.ts'
import { outputSize, readOutput } from './read-output.ts'

export interface OutputBytes {
  readonly bytes: Uint8Array
  /** Nothing will be added right after them: a character that is cut there stays so. */
  readonly isWhole: boolean
}

interface Extent {
  readonly size: number
  /** Undefined when there is none. */
  readonly lastByte: number | undefined
}

const newline = 0x0a
const nothing: OutputBytes = { bytes: new Uint8Array(0), isWhole: false }

/** The output of one step: its pieces one after the other, each of them on a line of its own. */
export class StepOutput {
  readonly #limit: number
  /** Of files that have been written to their ends. */
  readonly #extents = new Map<string, Extent>()
  readonly #inner = new Map<string, readonly LivePiece[]>()

  /** `limit`: how many bytes of each file count. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** At most `most` bytes from an offset on; fewer where a piece ends, none when there are no more so far. */
  read(pieces: readonly LivePiece[], stream: OutputStream, offset: number, most: number): OutputBytes {
    let from = offset
    let before: number | undefined = newline
    for (const piece of this.#unfold(pieces)) {
      for (const part of [this.#files(piece, stream), note(piece, stream)]) {
        const { size, lastByte } = part.extent()
        if (size === 0) continue
        if (before !== newline) {
          if (from === 0) return { bytes: Uint8Array.of(newline), isWhole: true }
          from--
        }
        if (from < size) return part.read(from, most)
        from -= size
        before = lastByte
      }
    }
    return nothing
  }

  /** Puts what steps wrote in place of the step that ran them. */
  *#unfold(pieces: readonly LivePiece[]): Iterable<LivePiece> {
    for (const piece of pieces) {
      const [folder] = piece.folders
      const inner = folder === undefined || piece.folders.length > 1 ? undefined : this.#piecesIn(folder)
      if (inner === undefined) yield piece
      else {
        yield* this.#unfold(inner)
        yield { ...piece, folders: [] }
      }
    }
  }

  #piecesIn(folder: string): readonly LivePiece[] | undefined {
    const inner = this.#inner.get(folder) ?? readPieces(folder)
    if (inner !== undefined) this.#inner.set(folder, inner)
    return inner
  }

  #files({ folders, isOver }: LivePiece, stream: OutputStream) {
    const paths = folders.map((folder) => join(folder, stream))
    const limit = this.#limit
    return {
      extent: (): Extent => {
        const [path] = paths
        if (path === undefined) return { size: 0, lastByte: undefined }
        const known = this.#extents.get(path)
        if (known !== undefined) return known
        const size = outputSize(paths, limit)
        const [lastByte] = size === 0 ? [] : readOutput(paths, size - 1, 1, limit).bytes
        if (isOver) this.#extents.set(path, { size, lastByte })
        return { size, lastByte }
      },
      read: (from: number, most: number): OutputBytes => {
        const { bytes, isLast } = readOutput(paths, from, most, limit)
        return { bytes, isWhole: isOver && isLast }
      },
    }
  }
}

function note({ notes }: LivePiece, stream: OutputStream) {
  const bytes = Buffer.from(notes[stream])
  return {
    extent: (): Extent => ({ size: bytes.length, lastByte: bytes.at(-1) }),
    read: (from: number, most: number): OutputBytes => ({
      bytes: bytes.subarray(from, from + most),
      isWhole: from + most >= bytes.length,
    }),
  }
}
