import { CliError } from '../cli-error.ts'
import type { Program } from './program.ts'

// The server waits ten seconds for requests that run; an agent for nothing.
const graceMs = 12_000

/** The programs that were started, stopped the last one first. */
export class Crew {
  readonly #programs: Program[] = []
  #isStopping = false
  #fail: (error: unknown) => void = () => undefined
  /** Rejects when one of them ends by itself. */
  readonly failure = new Promise<never>((_, reject) => {
    this.#fail = reject
  })

  constructor() {
    this.failure.catch(() => undefined)
  }

  /** Starts one more, unless the crew was told to stop meanwhile. */
  start(launch: () => Program): Program {
    if (this.#isStopping) throw new CliError('The quickstart stops.')
    const program = launch()
    this.#programs.push(program)
    program.failure.catch((error: unknown) => {
      if (!this.#isStopping) this.#fail(error)
    })
    return program
  }

  /** None of them runs any more when this resolves. Answers how many there were. */
  async stop(): Promise<number> {
    this.#isStopping = true
    for (const program of this.#programs.toReversed()) await program.stop(graceMs)
    return this.#programs.length
  }
}
