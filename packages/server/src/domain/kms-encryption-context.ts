/** Pairs that a ciphertext is bound to: who decrypts has to know them, exactly. They are no secret. */
export type EncryptionContext = Readonly<Record<string, string>>

/** Bytes of all keys and values with what frames them; AWS bounds the context at 8 KB. */
export const longestEncryptionContext = 8_192

/**
 * The same bytes for the same pairs in whatever order, and other bytes for other pairs: every text is
 * preceded by its length. Sorted by code units, in UTF-8; half of a surrogate pair is not valid there, so
 * such texts are bound as UTF-16.
 */
export function encryptionContextBytes(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.concat(pairs.flat().flatMap((text) => framed(text)))
}

function framed(text: string): [Buffer, Buffer] {
  const isWellFormed = text.isWellFormed()
  const bytes = Buffer.from(text, isWellFormed ? 'utf8' : 'utf16le')
  const head = Buffer.alloc(5)
  head.writeUInt8(isWellFormed ? 1 : 2)
  head.writeUInt32BE(bytes.length, 1)
  return [head, bytes]
}
