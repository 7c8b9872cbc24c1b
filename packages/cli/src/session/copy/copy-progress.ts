import type { Surroundings } from '../../surroundings.ts'

const firstWordAfterMs = 1_000
const everyMs = 500
const everyMsInLogs = 10_000

/** Tells how far a copy is, once it takes longer than a second. */
export class CopyProgress {
  readonly #surroundings: Pick<Surroundings, 'stderr' | 'elapsed'>
  #total: number | undefined
  #done = 0
  #startedAt = 0
  #toldAt = 0
  #told = 0

  constructor(surroundings: Pick<Surroundings, 'stderr' | 'elapsed'>) {
    this.#surroundings = surroundings
  }

  /** It begins; `total` is how many bytes there will be, 0 when nobody knows. */
  begin(total: number): void {
    this.#startedAt = this.#surroundings.elapsed()
    this.#toldAt = this.#startedAt + firstWordAfterMs - this.#pauseMs
    this.#total = total > 0 ? total : undefined
  }

  add(bytes: number): void {
    this.#done += bytes
    const now = this.#surroundings.elapsed()
    if (now - this.#toldAt < this.#pauseMs) return
    this.#toldAt = now
    this.#tell(now)
  }

  finish(): void {
    if (this.#told === 0) return
    if (this.#told < this.#done) this.#tell(this.#surroundings.elapsed())
    if (this.#isTerminal) this.#surroundings.stderr.write('\n')
  }

  get #isTerminal(): boolean {
    return this.#surroundings.stderr.isTTY === true
  }

  get #pauseMs(): number {
    return this.#isTerminal ? everyMs : everyMsInLogs
  }

  #tell(now: number): void {
    this.#told = this.#done
    const seconds = Math.max(0.001, (now - this.#startedAt) / 1000)
    const share = this.#total === undefined ? '' : ` (${Math.min(100, Math.floor((100 * this.#done) / this.#total))} %)`
    const text = `${amount(this.#done)}${share}, ${amount(this.#done / seconds)}/s`
    this.#surroundings.stderr.write(this.#isTerminal ? `\r\x1b[2K${text}` : `${text}\n`)
  }
}

function amount(bytes: number): string {
  if (bytes < 1_000) return `${Math.round(bytes)} B`
  const [unit, size] = bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9]
  return `${(bytes / Number(size)).toFixed(1)} ${unit}`
}
