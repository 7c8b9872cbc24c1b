/** The frames of smux, version 1. Its fourth command, UPD, is version 2's. */
export const smuxCommands = { open: 0, finish: 1, data: 2, keepAlive: 3 } as const
export type SmuxCommand = (typeof smuxCommands)[keyof typeof smuxCommands]

/** Bytes that are no smux, or a peer that breaks its rules. The session is over. */
export class SmuxError extends Error {
  override readonly name = 'SmuxError'
}

/** A frame that has been read, or a part of the data of one. */
export interface SmuxPiece {
  readonly command: SmuxCommand
  readonly streamId: number
  /** Empty unless it is data; a view on the bytes that were read. */
  readonly bytes: Uint8Array
}

/** The most data that one frame carries. */
export const mostSmuxData = 32_768

const version = 1
const headerBytes = 8
const nothing = new Uint8Array(0)

/**
 * Writes a frame.
 *
 *   offset  size  field
 *        0     1  version, 1
 *        1     1  command
 *        2     2  length of the data, little-endian
 *        4     4  stream id, little-endian
 *        8        data, at most 32,768 bytes
 *
 * Learnt from session-manager-plugin 1.2.677.0 on the wire, which has it from xtaci/smux.
 */
export function encodeSmuxFrame(command: SmuxCommand, streamId: number, data: Uint8Array = nothing): Uint8Array {
  if (data.length > mostSmuxData) throw new SmuxError(`${data.length} bytes are too many for a frame`)
  const bytes = new Uint8Array(headerBytes + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, version)
  view.setUint8(1, command)
  view.setUint16(2, data.length, true)
  view.setUint32(4, streamId, true)
  bytes.set(data, headerBytes)
  return bytes
}

/** Reads frames from bytes that are cut anywhere. Data is passed on as it comes, so at most 7 bytes are kept. */
export class SmuxReader {
  readonly #header = new Uint8Array(headerBytes)
  #headerHas = 0
  #streamId = 0
  #dataMissing = 0

  /** The pieces that these bytes complete. Throws SmuxError, after which the reader is of no use. */
  read(bytes: Uint8Array): readonly SmuxPiece[] {
    const pieces: SmuxPiece[] = []
    let at = 0
    while (at < bytes.length) {
      if (this.#dataMissing > 0) {
        const data = bytes.subarray(at, at + this.#dataMissing)
        pieces.push({ command: smuxCommands.data, streamId: this.#streamId, bytes: data })
        this.#dataMissing -= data.length
        at += data.length
        continue
      }
      const part = bytes.subarray(at, at + headerBytes - this.#headerHas)
      this.#header.set(part, this.#headerHas)
      this.#headerHas += part.length
      at += part.length
      if (this.#headerHas < headerBytes) break
      this.#headerHas = 0
      const command = this.#readHeader()
      if (command !== smuxCommands.data) pieces.push({ command, streamId: this.#streamId, bytes: nothing })
    }
    return pieces
  }

  #readHeader(): SmuxCommand {
    const view = new DataView(this.#header.buffer)
    if (view.getUint8(0) !== version) throw new SmuxError(`version ${view.getUint8(0)} of smux is unknown`)
    const command = Object.values(smuxCommands).find((one) => one === view.getUint8(1))
    if (command === undefined) throw new SmuxError(`command ${view.getUint8(1)} of smux is unknown`)
    const length = view.getUint16(2, true)
    if (length > mostSmuxData) throw new SmuxError(`${length} bytes are too many for a frame`)
    if (length > 0 && command !== smuxCommands.data) throw new SmuxError('only data frames have a length')
    this.#streamId = view.getUint32(4, true)
    this.#dataMissing = length
    return command
  }
}
