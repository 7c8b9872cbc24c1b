/** A command line that cannot be taken apart; the text says why. */
export class WordsError extends Error {
  override readonly name = 'WordsError'
}

/**
 * Takes a command line apart as a shell would, but with quotes and backslashes alone: there are no variables, pipes or wild
 * cards. Amazon's agent does the same to commands without a terminal.
 */
export function splitWords(line: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const sign = line[at] ?? ''
    if (quote !== '') {
      if (sign === quote) quote = ''
      else if (sign === '\\' && quote === '"' && '"\\$`'.includes(line[at + 1] ?? ' ')) word += line[++at] ?? ''
      else word += sign
    } else if (sign === '"' || sign === "'") {
      quote = sign
      word ??= ''
    } else if (sign === '\\') word = (word ?? '') + (line[++at] ?? '')
    else if (!/\s/.test(sign)) word = (word ?? '') + sign
    else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  if (quote !== '') throw new WordsError(`The command has a ${quote} that is never closed.`)
  if (word !== undefined) words.push(word)
  return words
}
