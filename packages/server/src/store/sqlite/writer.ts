import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type Statement, type StatementResult, StoreUnavailable } from '../database.ts'
import { errorOf } from './fault.ts'
import type { Outcome, Write } from './group.ts'
import { checkParameters } from './statement.ts'
import type { FromWriter, ToWriter, WriterStart } from './writer-thread.ts'

interface Waiting {
  readonly statements: number
  readonly bytes: number
  resolve(results: readonly StatementResult[]): void
  reject(error: Error): void
}

/** What may wait for the disk at one time; beyond it a write is refused, so that memory stays bounded. */
export interface QueueLimits {
  readonly statements: number
  readonly bytes: number
}

/**
 * The event loop's end of the writer thread. The writes of one turn of the loop go in one message;
 * the thread answers in order, so the first in `#waiting` is always the next to be answered.
 */
export class Writer {
  readonly #worker: Worker
  readonly #limits: QueueLimits
  readonly #beforeAnswers: () => void
  readonly #lost: (error: StoreUnavailable) => void
  readonly #exited: Promise<unknown>
  #turn: Write[] = []
  #waiting: Waiting[] = []
  #statements = 0
  #bytes = 0
  #refusal: StoreUnavailable | undefined

  /**
   * @param beforeAnswers called when writes are on disk and nobody has been told yet: whoever is, must see them
   * @param lost called once if the thread ends by itself: nothing can be written any more
   */
  constructor(
    start: WriterStart,
    limits: QueueLimits,
    beforeAnswers: () => void,
    lost: (error: StoreUnavailable) => void = () => {},
  ) {
    this.#limits = limits
    this.#beforeAnswers = beforeAnswers
    this.#lost = lost
    // The program's own flags (a test runner's among them) are not for this thread.
    this.#worker = new Worker(new URL('./writer-thread.ts', import.meta.url), { workerData: start, execArgv: [] })
    this.#worker.on('message', (outcomes: FromWriter) => this.#answer(outcomes))
    this.#worker.on('error', (cause) => this.#fail({ cause }))
    // A thread that ends without an error has answered everything if it was told to, and else nobody knows why.
    this.#worker.on('exit', () => this.#fail({}))
    this.#exited = once(this.#worker, 'exit').catch(() => undefined)
  }

  write(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    return new Promise((resolve, reject) => {
      if (this.#refusal) throw this.#refusal
      let bytes = 0
      const write = statements.map((statement) => {
        bytes += checkParameters(statement.params)
        return { ...statement, params: statement.params.map(detached) }
      })
      this.#admit(statements.length, bytes)
      this.#waiting.push({ statements: statements.length, bytes, resolve, reject })
      if (this.#turn.push(write) === 1) setImmediate(() => this.#send())
    })
  }

  /** Ends the thread after everything asked for is answered. */
  async close(): Promise<void> {
    this.#refusal ??= new StoreUnavailable('The store is closed')
    this.#send()
    this.#worker.postMessage('close' satisfies ToWriter)
    await this.#exited
  }

  #admit(statements: number, bytes: number): void {
    if (this.#statements + statements > this.#limits.statements || this.#bytes + bytes > this.#limits.bytes) {
      throw new StoreUnavailable('Too much is waiting for the disk: try again')
    }
    this.#statements += statements
    this.#bytes += bytes
  }

  #send(): void {
    if (this.#turn.length === 0) return
    this.#worker.postMessage(this.#turn satisfies ToWriter)
    this.#turn = []
  }

  #answer(outcomes: FromWriter): void {
    this.#beforeAnswers()
    const answered = this.#waiting.splice(0, outcomes.length)
    for (const [index, waiting] of answered.entries()) {
      this.#statements -= waiting.statements
      this.#bytes -= waiting.bytes
      const outcome = outcomes[index] ?? []
      if ('kind' in outcome) waiting.reject(errorOf(outcome))
      else waiting.resolve(outcome.map(resultOf))
    }
  }

  #fail(options: ErrorOptions): void {
    const error = new StoreUnavailable('The database writer has stopped', options)
    const isExpected = this.#refusal !== undefined
    this.#refusal ??= error
    this.#turn = []
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error)
    if (!isExpected) this.#lost(error)
  }
}

function resultOf(outcome: Extract<Outcome, readonly unknown[]>[number]): StatementResult {
  return typeof outcome === 'number' ? { changes: outcome, rows: [] } : { changes: outcome.length, rows: outcome }
}

/** A copy of bytes: what crosses to a thread takes the whole buffer along, a Buffer's shared pool too. */
function detached<Value>(value: Value): Value | Uint8Array {
  return value instanceof Uint8Array ? new Uint8Array(value) : value
}
