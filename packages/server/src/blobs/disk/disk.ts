import { mkdirSync } from 'node:fs'
import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { BlobDamaged, type Blobs, mostBlobBytes } from '../blobs.ts'
import { Appender } from './appender.ts'
import { Recent } from './recent.ts'
import { emptyRef, type Place, placeOf } from './ref.ts'
import { dayOf, dayOfFile, pathOf } from './segment.ts'

export interface DiskBlobsOptions {
  /** Made when it is not there, readable by its owner alone. One process at a time may append to it. */
  readonly directory: string
  now(): Date
}

/** Keeps blobs in append-only files of one directory. */
export function openDiskBlobs({ directory, now }: DiskBlobsOptions): Blobs {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const appender = new Appender(directory, now)
  const recent = new Recent(16 * 1024 * 1024)

  return {
    async put(bytes) {
      if (bytes.length === 0) return emptyRef
      if (bytes.length > mostBlobBytes) throw new RangeError(`${bytes.length} bytes are more than one blob may hold`)
      const ref = await appender.append(bytes)
      recent.keep(ref, bytes)
      return ref
    },

    async get(ref) {
      if (ref === emptyRef) return new Uint8Array()
      const known = recent.find(ref)
      if (known) return known
      const place = placeOf(ref)
      const bytes = await read(pathOf(directory, place.segment), place)
      if (bytes && (bytes.length !== place.length || crc32(bytes) !== place.crc)) {
        throw new BlobDamaged(`${ref} is damaged on disk`)
      }
      if (bytes) recent.keep(ref, bytes)
      return bytes
    },

    async sweep(before) {
      const day = dayOf(before)
      await appender.release(day)
      const old = (await readdir(directory)).filter((file) => (dayOfFile(file) ?? day) < day)
      if (old.length > 0) recent.clear()
      for (const file of old) await rm(join(directory, file), { force: true })
      return old.length
    },

    close: () => appender.close(),
  }
}

/** As many of the bytes as are there, or undefined without the file. */
async function read(path: string, { offset, length }: Place): Promise<Uint8Array | undefined> {
  try {
    await using file = await open(path, 'r')
    const bytes = new Uint8Array(length)
    const { bytesRead } = await file.read(bytes, 0, length, offset)
    return bytes.subarray(0, bytesRead)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
