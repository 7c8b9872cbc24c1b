import { constants } from 'node:os'
import type { Surroundings } from '../surroundings.ts'
import type { Person } from '../terminal/person.ts'

export interface InterruptionActs {
  /** Takes the terminal for a question, until what it answers is called. */
  hold(): () => void
  cancel(): Promise<void>
}

/**
 * What Ctrl-C does: at a terminal it offers to cancel, and a second one leaves the command to itself; where nobody is, and for
 * SIGTERM, the first one leaves: that aborts `leaving`, with the exit status as its reason.
 */
export class Interruptions {
  readonly #leaving: AbortController
  readonly #off: () => void
  #isAsked = false

  constructor(
    leaving: AbortController,
    person: Person,
    { stderr }: Pick<Surroundings, 'stderr'>,
    acts: InterruptionActs,
  ) {
    this.#leaving = leaving
    this.#off = person.onInterrupt((signal) => {
      const leaves = this.#isAsked || !person.isThere || signal === 'SIGTERM'
      this.#isAsked = true
      if (leaves) this.#leaving.abort(128 + constants.signals[signal])
      else void this.#offer(person, stderr, acts)
    })
  }

  forget(): void {
    this.#off()
  }

  async #offer(person: Person, stderr: Surroundings['stderr'], { hold, cancel }: InterruptionActs): Promise<void> {
    const release = hold()
    const question = '\nCancel the command on the nodes? [y/N; Ctrl-C again leaves it running] '
    const answer = await person.ask(question, this.#leaving.signal)
    if (this.#leaving.signal.aborted) return
    release()
    if (answer === undefined || !/^y(?:es)?$/i.test(answer.trim())) {
      this.#isAsked = false
      return
    }
    try {
      await cancel()
      stderr.write('Cancelling …\n')
    } catch (error) {
      if (!this.#leaving.signal.aborted)
        stderr.write(`It could not be cancelled: ${error instanceof Error ? error.message : error}\n`)
    }
  }
}
