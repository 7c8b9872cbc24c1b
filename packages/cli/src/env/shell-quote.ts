/** A text as one word of a POSIX shell, whatever is in it but NUL, which no shell can hold. */
export function shellQuote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}
