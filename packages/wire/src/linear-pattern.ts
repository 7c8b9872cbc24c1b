import { compileProgram, type Program, runProgram } from './pattern-program.ts'
import { type PatternNode, parsePattern } from './pattern-syntax.ts'

export { PatternError } from './pattern-syntax.ts'

/** The work that one match may cost; about a tenth of a second. */
const mostSteps = 20_000_000

/**
 * A pattern that its author may not be trusted with: it matches in time linear in the text, whatever it
 * is. It knows what Go's regular expressions know, since agents match the same patterns again, without
 * \p classes; and nothing that needs to look back or ahead.
 */
export class LinearPattern {
  readonly #program: Program

  /** @throws {PatternError} for what is no pattern, cannot be matched in linear time, or is too large */
  constructor(source: string) {
    const tree: PatternNode = parsePattern(source)
    this.#program = compileProgram(tree)
  }

  /** Whether the whole text matches; a text that is too long for the pattern does not. */
  matches(text: string): boolean {
    return text.length * this.#program.length <= mostSteps && runProgram(this.#program, text)
  }
}
