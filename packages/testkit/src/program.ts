import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compileCache } from './compile-cache.ts'
import { within } from './within.ts'

/** One start of `fairlead server` or `fairlead agent` as a process of its own: what it says, and how it ends. */
export class Program {
  readonly #child: ChildProcess
  #output = ''
  /** Resolves when the process is gone and has said all it had to say. */
  readonly ended: Promise<void>

  /**
   * Starts the program on this very Node, without a shell in between, so that a signal reaches the program itself. It dies
   * with the test's process, however that ends.
   */
  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [entry, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_COMPILE_CACHE: compileCache, ...environment },
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-mostOutput)
      })
    }
    const killNow = () => this.#child.kill('SIGKILL')
    process.once('exit', killNow)
    this.ended = new Promise((resolve) => {
      this.#child.once('close', () => {
        process.off('exit', killNow)
        resolve()
      })
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The last 64 KiB of standard output and standard error. */
  get output(): string {
    return this.#output
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  get exitCode(): number | null {
    return this.#child.exitCode
  }

  /** Sends a signal, without waiting for what it does. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.isRunning) {
      this.#child.kill(signal)
      this.#child.kill('SIGCONT') // a stopped process would not see the signal
    }
    await within(this.ended, `the end of process ${this.pid} by ${signal}`, 20_000)
  }
}

const entry = fileURLToPath(new URL('../../../bin/fairlead.mjs', import.meta.url))
const mostOutput = 65_536
