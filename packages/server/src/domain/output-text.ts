/** Where AWS cuts outputs: GetCommandInvocation's two, and ListCommandInvocations' both in one. */
export const stdoutCharacters = 24_000
export const stderrCharacters = 8_000
export const outputCharacters = 2_500

/** Agents put the same where they have cut (agent reference, 6.5). */
export const cutMark = '--output truncated--'

/** The first characters of a text, with a mark in their place when there are more. */
export function cut(text: string, characters: number): string {
  if (text.length <= characters) return text
  return `${whole(text.slice(0, characters - cutMark.length))}${cutMark}`
}

/** Both streams in one, as AWS shows them: each keeps its beginning, and an empty stderr leaves no trace. */
export function together(stdout: string, stderr: string): string {
  if (stderr === '') return cut(stdout, outputCharacters)
  const room = outputCharacters - separator.length
  const forErrors = Math.min(stderr.length, Math.max(room - stdout.length, Math.floor(room / 2)))
  return `${cut(stdout, room - forErrors)}${separator}${cut(stderr, forErrors)}`
}

const separator = '\n----------ERROR-------\n'

/** Does not leave half a character at the end. */
function whole(text: string): string {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text
}
