import type { Person } from '../terminal/person.ts'

/** As in a pipeline: there is nobody. */
export const nobody: Person = {
  isThere: false,
  ask: async () => undefined,
  onInterrupt: () => () => undefined,
}

/** Somebody at the terminal, who answers questions in this order and can interrupt. */
export class HeldPerson implements Person {
  readonly isThere: boolean = true
  readonly asked: string[] = []
  readonly #answers: string[]
  readonly #acts = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>()
  readonly #waiting: (() => void)[] = []

  constructor(...answers: readonly string[]) {
    this.#answers = [...answers]
  }

  /** With no answer left the question stands until it is interrupted. */
  async ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    this.asked.push(question)
    for (const act of this.#waiting.splice(0)) act()
    const answer = this.#answers.shift()
    if (answer !== undefined) return answer
    return await new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)))
  }

  /** Resolves when the next question is asked. */
  nextQuestion(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  onInterrupt(act: (signal: 'SIGINT' | 'SIGTERM') => void): () => void {
    this.#acts.add(act)
    return () => void this.#acts.delete(act)
  }

  interrupt(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): void {
    for (const act of [...this.#acts]) act(signal)
  }
}
