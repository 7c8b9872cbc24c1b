import { createHash } from 'node:crypto'
import { chmodSync, constants, copyFileSync, createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isErrno, syncPath } from '../../disk/durable-file.ts'
import type { Download } from './source.ts'

/** As Amazon's agent sets it: what is downloaded is often run. */
const mode = 0o700

/**
 * Takes a stream to its end and puts it where it belongs, whole or not at all. Throws when it is longer than the download
 * may be, or is not what `sha256` (hex) says.
 */
export async function placeStream(
  content: Readable,
  path: string,
  { scratch, signal, allowance }: Download,
  sha256?: string,
): Promise<void> {
  const part = join(scratch, 'part')
  const hash = sha256 === undefined ? undefined : createHash('sha256')
  const meter = new Transform({
    transform(chunk: Buffer, _, done) {
      allowance.left -= chunk.length
      if (allowance.left < 0)
        return done(new Error('There is more of it than this agent downloads (--download-limit).'))
      hash?.update(chunk)
      done(null, chunk)
    },
  })
  try {
    await pipeline(content, meter, createWriteStream(part, { mode }), { signal })
    const found = hash?.digest('hex')
    if (found !== sha256) {
      throw new Error(`Its SHA-256 is ${found} and not ${sha256}, as sourceInfo says. Nothing was kept of it.`)
    }
    await moveFile(part, path)
  } finally {
    rmSync(part, { force: true })
  }
}

/** Moves a file into place, over one that is there. Its folder is made if need be. */
export async function moveFile(from: string, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  chmodSync(from, mode)
  await syncPath(from)
  try {
    renameSync(from, path)
  } catch (error) {
    if (!isErrno(error, 'EXDEV')) throw error
    await moveAcross(from, path)
  }
}

/** The destination is on another disk: what is not whole yet has to be there too. */
async function moveAcross(from: string, path: string): Promise<void> {
  const part = `${path}.fairlead-part`
  try {
    rmSync(part, { force: true })
    copyFileSync(from, part, constants.COPYFILE_EXCL)
    chmodSync(part, mode)
    await syncPath(part)
    renameSync(part, path)
  } finally {
    rmSync(part, { force: true })
  }
  rmSync(from, { force: true })
}
