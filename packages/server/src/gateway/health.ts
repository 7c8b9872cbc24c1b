import type { Clock } from '../domain/clock.ts'
import { StoreUnavailable } from '../store/database.ts'

/** How long a look at the store counts, however often somebody asks: each costs a write. */
const goodForMs = 5_000
/** A store that takes longer hangs. */
const patienceMs = 2_000

export interface HealthParts {
  readonly clock: Clock
  /** Settles when the store has written something. */
  readonly probe: () => Promise<void>
  /** What does not stop the server and yet must be seen: one line each. */
  readonly complaints: () => readonly string[]
}

export interface Report {
  readonly isWell: boolean
  /** Lines; the first is the state, the others say what is wrong. */
  readonly text: string
}

/** What GET /healthz tells: whether requests can be answered, found out by writing and not by hoping. */
export class Health {
  readonly #parts: HealthParts
  #state: 'starting' | 'ready' | 'stopping' = 'starting'
  #failure: string | undefined
  #look: { readonly at: number; readonly trouble: Promise<string | undefined> } | undefined

  constructor(parts: HealthParts) {
    this.#parts = parts
  }

  get isStopping(): boolean {
    return this.#state === 'stopping'
  }

  ready(): void {
    this.#state = 'ready'
  }

  stopping(): void {
    this.#state = 'stopping'
  }

  /** Nothing but a new start mends this. */
  failed(reason: string): void {
    this.#failure = reason
  }

  async report(): Promise<Report> {
    if (this.#state !== 'ready') return { isWell: false, text: `${this.#state}\n` }
    const trouble = this.#failure ?? (await this.#troubleOfStore())
    const lines = [...(trouble === undefined ? [] : [trouble]), ...this.#parts.complaints()]
    const isWell = trouble === undefined
    return { isWell, text: [isWell ? 'ready' : 'unavailable', ...lines, ''].join('\n') }
  }

  /** Those who ask at the same time share one look. */
  #troubleOfStore(): Promise<string | undefined> {
    const now = this.#parts.clock.now().getTime()
    if (this.#look === undefined || now - this.#look.at > goodForMs) {
      this.#look = { at: now, trouble: this.#lookAtStore() }
    }
    return this.#look.trouble
  }

  async #lookAtStore(): Promise<string | undefined> {
    const { probe, clock } = this.#parts
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    const callOff = clock.after(patienceMs, () => resolve(`the store has not answered for ${patienceMs / 1000} s`))
    probe().then(
      () => resolve(undefined),
      (error: unknown) => resolve(error instanceof StoreUnavailable ? error.message : 'the store fails'),
    )
    const trouble = await promise
    callOff()
    return trouble
  }
}
