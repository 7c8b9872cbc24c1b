import { crc32, deflateSync } from 'node:zlib'
import { encodeQR } from 'qr'

/** Pixels of one module of the code, and white modules around it (ISO 18004 asks for four). */
const scale = 4
const border = 4

/** A QR code of a text as a PNG image of one bit per pixel. */
export function qrCodePng(text: string): Uint8Array {
  const modules = encodeQR(text, 'raw', { border, ecc: 'medium' })
  const side = modules.length * scale
  const lines = modules.flatMap((row) => {
    const line = Buffer.alloc(1 + Math.ceil(side / 8))
    for (let x = 0; x < side; x++) {
      const isDark = row[Math.floor(x / scale)] === true
      // In greyscale 1 is white; byte 0 of a line names its filter, which is none.
      if (!isDark) line[1 + (x >> 3)] = (line[1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7))
    }
    return Array<Buffer>(scale).fill(line)
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.writeUInt8(1, 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Length, name, content and checksum (PNG specification, section 5.3). */
function chunk(name: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, checksum])
}
