import type { SessionOutput } from './session-world.ts'

/** Writes to standard output and error, and knows how much of it was not taken yet. */
export class PassedOn {
  readonly #onTaken: () => void
  readonly #writing = new Set<Promise<void>>()
  #backlog = 0

  constructor(onTaken: () => void) {
    this.#onTaken = onTaken
  }

  get backlog(): number {
    return this.#backlog
  }

  write(output: Pick<SessionOutput, 'write'>, bytes: Uint8Array): void {
    this.#backlog += bytes.length
    const writing = new Promise<void>((resolve) => {
      output.write(bytes, () => {
        this.#backlog -= bytes.length
        this.#writing.delete(writing)
        resolve()
        this.#onTaken()
      })
    })
    this.#writing.add(writing)
  }

  /** Resolves once everything was taken. */
  async flushed(): Promise<void> {
    await Promise.all(this.#writing)
  }
}
