import type { Operator } from '../operator.ts'
import { comparison } from '../value-matcher.ts'

/** Both sides are base64; the bytes are compared. */
export const binaryOperators: readonly Operator[] = [
  {
    name: 'BinaryEquals',
    negated: false,
    form: { wildcards: false, variables: false },
    accepts: (value) => readBytes(value) !== undefined,
    compile: (values) => comparison(values.map(readBytes), readBytes, (asked, wanted) => asked === wanted),
  },
]

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const base64Form = /^[A-Za-z0-9+/]*={0,2}$/

/** The bytes as a string of one character each, so that they compare with ===; undefined when it is no base64. */
export function readBytes(text: string): string | undefined {
  if (text.length % 4 !== 0 || !base64Form.test(text)) return undefined
  let bytes = ''
  let bits = 0
  let held = 0
  for (const char of text) {
    if (char === '=') break
    bits = ((bits << 6) | alphabet.indexOf(char)) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    bytes += String.fromCharCode((bits >> held) & 0xff)
  }
  return bytes
}
