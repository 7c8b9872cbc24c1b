// Inside a class `\s` of Java is these six; JavaScript's `\s` also takes the spaces of Unicode.
const javaSpaces = ' \\t\\n\\v\\f\\r'

/**
 * A pattern of AWS's models as a regular expression that must match the whole text.
 *
 * The models are written in Java's dialect. It differs from JavaScript's with the `u` flag in needless
 * escapes (`\:`), in the leading `(?i)`, and in `\s`. Dots match line ends: SSM's `Policy`
 * (`^(?!\s*$).+`) is a JSON document that people write over several lines.
 */
export function compilePattern(pattern: string): RegExp {
  const ignoreCase = pattern.startsWith('(?i)')
  const source = translate(ignoreCase ? pattern.slice('(?i)'.length) : pattern)
  return new RegExp(`^(?:${source})$`, ignoreCase ? 'ius' : 'us')
}

function translate(pattern: string): string {
  let translated = ''
  let inClass = false
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern.charAt(index)
    if (char === '[') inClass = true
    else if (char === ']') inClass = false
    translated += char === '\\' ? escapeOf(pattern.charAt(++index), inClass) : char
  }
  return translated
}

function escapeOf(char: string, inClass: boolean): string {
  if (char === 's') return inClass ? javaSpaces : `[${javaSpaces}]`
  const needed = /[A-Za-z0-9^$\\.*+?()[\]{}|/]/.test(char) || (inClass && char === '-')
  return needed ? `\\${char}` : char
}
