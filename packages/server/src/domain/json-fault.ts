/** Where a text stops being JSON, from 1. */
export interface FaultPlace {
  readonly line: number
  readonly column: number
}

/**
 * The place of the first character that no JSON could have there; the end of the text when it is only cut off. The
 * parser does not tell it of every fault, but does it of every beginning of the text whether it is one of JSON: halving
 * finds the longest that is.
 */
export function jsonFault(text: string): FaultPlace {
  let good = 0
  let bad = text.length + 1
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (couldGoOn(text.slice(0, middle))) good = middle
    else bad = middle
  }
  const lines = text.slice(0, good).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

function couldGoOn(start: string): boolean {
  try {
    JSON.parse(start)
    return true
  } catch (error) {
    const { message } = error as SyntaxError
    const position = /at position (\d{1,9})/.exec(message)?.[1]
    return /end of JSON input|Unterminated string/.test(message) || Number(position ?? -1) === start.length
  }
}
