import { StringDecoder } from 'node:string_decoder'
import { readBytes } from '../disk/read-text.ts'

/** Amazon's agent cuts each stream of a step here, its note included; the API cuts further. */
export const longestStream = 24_000
const cutNote = '--output truncated--'

/** At most `length` UTF-16 units, never half a character. */
export function prefix(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}

/** `text`, or as much of it as fits in `limit` with a note that it was cut. */
export function cutStream(text: string, limit: number): string {
  return text.length <= limit ? text : prefix(text, Math.max(0, limit - cutNote.length)) + cutNote
}

/**
 * The beginning of an output file as text: enough for `longestStream` characters and to see that there is more.
 * Bytes that are no UTF-8 become U+FFFD.
 */
export function readStream(path: string): string {
  // A UTF-16 unit needs at most three bytes of UTF-8; four bytes make two units.
  const limit = (longestStream + 2) * 3
  const bytes = readBytes(path, limit)
  if (bytes === undefined) return ''
  const decoder = new StringDecoder('utf8')
  const text = decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  // The cut may fall inside a character: the decoder keeps that one back.
  return bytes.length === limit ? text : text + decoder.end()
}

const errorTitle = '\n----------ERROR-------\n'
const outputCut = '\n---Output truncated---'
const errorCut = '\n---Error truncated----'
const longestCombined = 2_500

/** Both streams in the 2,500 characters that `output` holds; what one of them leaves free the other may use. */
export function combine(stdout: string, stderr: string): string {
  const title = stderr === '' ? '' : errorTitle
  const room = longestCombined - title.length
  if (stdout.length + stderr.length < room) return stdout + title + stderr

  const half = Math.floor(room / 2)
  const stdoutRoom = stderr.length <= half ? room - stderr.length : stdout.length <= half ? stdout.length : half
  const stderrRoom = room - Math.min(stdout.length, stdoutRoom)
  return cutWith(stdout, stdoutRoom, outputCut) + title + cutWith(stderr, stderrRoom, errorCut)
}

function cutWith(text: string, room: number, note: string): string {
  return text.length <= room ? text : prefix(text, Math.max(0, room - note.length)) + note
}
