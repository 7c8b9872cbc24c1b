import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { BundleFacts } from '@fairlead/wire/agent-bundle'
import type { BundleCalls } from '../api/bundle-calls.ts'

/**
 * Downloads a bundle into a file, a piece at a time, and checks that it is the one that was signed.
 * Throws an Error when it is another one, ApiError or the network's error when it cannot be had.
 */
export async function fetchBundle(
  facts: BundleFacts,
  path: string,
  calls: Pick<BundleCalls, 'read'>,
  signal: AbortSignal,
): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await copy(facts, file, calls, signal)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function copy(
  { bytes, sha256, ...named }: BundleFacts,
  file: FileHandle,
  calls: Pick<BundleCalls, 'read'>,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256')
  for (let offset = 0; offset < bytes; ) {
    signal.throwIfAborted()
    const piece = await calls.read({ bytes, sha256, ...named }, offset, signal)
    if (offset + piece.length > bytes) throw new Error(`The server sent more than the ${bytes} bytes that it signed.`)
    hash.update(piece)
    await file.write(piece, 0, piece.length, offset)
    offset += piece.length
  }
  const got = hash.digest('hex')
  if (got !== sha256)
    throw new Error(`What was downloaded is not what was signed: its SHA-256 is ${got}, not ${sha256}.`)
}
