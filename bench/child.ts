import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface ChildOrder {
  readonly program: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** It is ready when a line that it writes has this; the first group is handed on. */
  readonly readyWhen: RegExp
}

/** A child process that has said that it is ready. */
export class Child {
  readonly pid: number
  /** The first group of `readyWhen`. */
  readonly said: string
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, pid: number, said: string) {
    this.#process = process
    this.pid = pid
    this.said = said
  }

  /** Rejects, with what it wrote to standard error, when it ends before it is ready. */
  static async start(order: ChildOrder): Promise<Child> {
    const started = spawn(order.program, order.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...order.environment },
    })
    let errors = ''
    const said = await new Promise<string>((resolve, reject) => {
      started.once('error', reject)
      started.once('exit', () => reject(new Error(`${order.program} ${order.args.join(' ')} ended early:\n${errors}`)))
      const look = (line: string) => {
        const found = order.readyWhen.exec(line)
        if (found !== null) resolve(found[1] ?? '')
      }
      createInterface(started.stdout).on('line', look)
      createInterface(started.stderr).on('line', (line) => {
        errors = `${errors}${line}\n`.slice(-4_000)
        look(line)
      })
    })
    if (started.pid === undefined) throw new Error(`${order.program} has no process id`)
    return new Child(started, started.pid, said)
  }

  /** Asks it to end; kills it after five seconds. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    const impatience = setTimeout(() => this.#process.kill('SIGKILL'), 5_000)
    this.#process.kill('SIGTERM')
    await ended
    clearTimeout(impatience)
  }
}
