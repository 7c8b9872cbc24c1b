import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Workbench } from './workbench.ts'

const answerWithinMs = 20_000
/** As much of the end of what it said as is searched. */
const remembered = 4_096

/** A client of sessions, by its standard streams: ssh, or a plugin. It ends with the workbench. */
export class SessionClient {
  readonly #process: ChildProcess
  #received = 0
  #tail = ''
  #complaints = ''
  #heard: () => void = () => undefined

  constructor(bench: Workbench, [program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv) {
    this.#process = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env })
    this.#process.stdin?.on('error', () => undefined) // its end is seen elsewhere
    this.#process.stdout?.on('data', (bytes: Buffer) => {
      this.#received += bytes.length
      this.#tail = (this.#tail + bytes.subarray(-remembered).toString('latin1')).slice(-remembered)
      this.#heard()
    })
    this.#process.stderr?.on('data', (bytes: Buffer) => {
      this.#complaints = (this.#complaints + bytes.toString()).slice(-remembered)
    })
    this.#process.once('error', (error) => {
      this.#complaints += error.message
    })
    bench.later(() => this.end())
  }

  /** Bytes of its standard output so far. */
  get received(): number {
    return this.#received
  }

  write(text: string): void {
    this.#process.stdin?.write(text)
  }

  async untilSays(what: RegExp, withinMs = answerWithinMs): Promise<RegExpExecArray> {
    return await this.#until(() => what.exec(this.#tail), `${what}`, withinMs)
  }

  /** Resolves as soon as there is more than `count`. */
  async untilMoreThan(count: number): Promise<void> {
    await this.#until(() => this.#received > count || null, `more than ${count} bytes`, answerWithinMs)
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    const impatience = setTimeout(() => this.#process.kill('SIGKILL'), 2_000)
    await ended
    clearTimeout(impatience)
  }

  /** Looks whenever something has come. */
  async #until<Found>(look: () => Found | null, what: string, withinMs: number): Promise<Found> {
    return await new Promise((resolve, reject) => {
      const fail = () => reject(new Error(`${what} did not come, but: ${this.#tail.slice(-500)}${this.#complaints}`))
      const timer = setTimeout(fail, withinMs)
      this.#heard = () => {
        const found = look()
        if (found === null) return
        clearTimeout(timer)
        this.#heard = () => undefined
        resolve(found)
      }
      this.#heard()
    })
  }
}
