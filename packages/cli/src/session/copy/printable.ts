/** What a node said, for people to read: control characters, by which it could speak to the terminal, are written out. */
export function printable(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/[^\P{Cc}\n\t]/gu, (found) => `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
