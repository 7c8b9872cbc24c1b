const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
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
  const digits = uuid.replaceAll('-', '')
  for (let at = 0; at < 8; at++) {
    bytes[first + at] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16)
    bytes[last + at] = Number.parseInt(digits.slice(16 + at * 2, 18 + at * 2), 16)
  }
  return true
}
