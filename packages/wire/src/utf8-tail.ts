/**
 * How many bytes before `end` begin a UTF-8 character that ends after it: 0 to 3. Bytes that can begin no character count for
 * none.
 */
export function incompleteTail(bytes: Uint8Array, end: number = bytes.length): number {
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back] ?? 0
    if (byte >= 0xc2 && byte <= 0xf4) return back < lengthOf(byte) ? back : 0
    // Anything but a continuation ends the search.
    if (byte < 0x80 || byte > 0xbf) return 0
  }
  return 0
}

function lengthOf(first: number): number {
  if (first >= 0xf0) return 4
  return first >= 0xe0 ? 3 : 2
}
