import { type SourceInfo, textOf } from './source.ts'

/** `sha256` of a `sourceInfo`, ours: what the one file that is downloaded has to be, in hex. */
export function readSha256(info: SourceInfo): string | undefined {
  const given = textOf(info, 'sha256').toLowerCase()
  if (given === '') return undefined
  if (!/^[0-9a-f]{64}$/.test(given)) throw new Error('sha256 in sourceInfo is not 64 hexadecimal digits.')
  return given
}

/** For what is not one file. */
export function refuseSha256(info: SourceInfo, what: string): void {
  if (readSha256(info) !== undefined) throw new Error(`sha256 in sourceInfo is for one file, and not for ${what}.`)
}
