const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const hyphen = 0x2d
const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Reads a UUID whose first eight bytes stand at `first` and whose last eight stand at `last`. */
export function readUuid(bytes: Uint8Array, first: number, last: number): string {
  const hex = (from: number, count: number) => {
    let text = ''
    for (let at = from; at < from + count; at++) text += hexOf[bytes[at] ?? 0]
    return text
  }
  return `${hex(first, 4)}-${hex(first + 4, 2)}-${hex(first + 6, 2)}-${hex(last, 2)}-${hex(last + 2, 6)}`
}

/** Writes a lower-case UUID, its first eight bytes at `first` and its last eight at `last`; false if it isn't one. */
export function writeUuid(uuid: string, bytes: Uint8Array, first: number, last: number): boolean {
  if (!form.test(uuid)) return false
  let from = 0
  for (let byte = 0; byte < 16; byte++) {
    if (uuid.charCodeAt(from) === hyphen) from++
    bytes[byte < 8 ? first + byte : last + byte - 8] = (nibble(uuid, from) << 4) | nibble(uuid, from + 1)
    from += 2
  }
  return true
}

function nibble(hex: string, at: number): number {
  const code = hex.charCodeAt(at)
  return code <= 0x39 ? code - 0x30 : code - 0x57
}
