import { constants } from 'node:os'
import { explain } from '../cli-error.ts'
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
  readonly #over = new AbortController()
  #isAsked = false
  #cancelled: Promise<void> = Promise.resolve()

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
      else this.#cancelled = this.#offer(person, stderr, acts)
    })
  }

  /** Takes back a question that the end has answered, and waits for what was asked to be cancelled. From now on the first one leaves. */
  async settle(): Promise<void> {
    this.#isAsked = true
    this.#over.abort()
    await this.#cancelled
  }

  forget(): void {
    this.#off()
  }

  async #offer(person: Person, stderr: Surroundings['stderr'], { hold, cancel }: InterruptionActs): Promise<void> {
    const release = hold()
    const question = '\nCancel the command on the nodes? [y/N; Ctrl-C again leaves it running] '
    const answer = await person.ask(question, AbortSignal.any([this.#leaving.signal, this.#over.signal]))
    if (this.#leaving.signal.aborted) return
    const isYes = answer !== undefined && /^y(?:es)?$/i.test(answer.trim())
    if (answer === undefined) stderr.write('\n')
    if (isYes) stderr.write('Cancelling …\n')
    release()
    try {
      if (isYes) return await cancel()
    } catch (error) {
      if (!this.#leaving.signal.aborted) this.#tell(`It could not be cancelled: ${explain(error)}\n`, stderr, hold)
    }
    this.#isAsked = this.#over.signal.aborted
  }

  #tell(text: string, stderr: Surroundings['stderr'], hold: InterruptionActs['hold']): void {
    const release = hold()
    stderr.write(text)
    release()
  }
}
