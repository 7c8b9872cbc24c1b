import { type ChildProcess, spawn } from 'node:child_process'
import { eventually } from '@fairlead/testkit/eventually'

/** A program that goes on while the test does something else; killed when the test ends. */
export class HeldClient {
  readonly #child: ChildProcess
  readonly #chunks: Buffer[] = []
  #complained = ''
  readonly #ended: Promise<number | NodeJS.Signals>

  constructor(
    t: { after(end: () => Promise<void>): void },
    [program = '', ...args]: readonly string[],
    env: Readonly<Record<string, string>>,
  ) {
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env, detached: true })
    this.#child.stdout?.on('data', (bytes: Buffer) => this.#chunks.push(bytes))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complained += text
    })
    this.#child.stdin?.on('error', () => undefined) // it has ended, which is seen elsewhere
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject)
      this.#child.once('close', (code, signal) => resolve(code ?? signal ?? 0))
    })
    t.after(async () => {
      this.kill()
      await this.#ended.catch(() => undefined)
    })
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  get said(): string {
    return this.bytes.toString()
  }

  get complained(): string {
    return this.#complained
  }

  write(text: string | Uint8Array): void {
    this.#child.stdin?.write(text)
  }

  /** The end of its standard input. */
  close(): void {
    this.#child.stdin?.end()
  }

  async untilSays(what: RegExp, limitMs?: number): Promise<RegExpExecArray> {
    try {
      return await eventually(() => what.exec(this.said + this.complained) ?? undefined, `${what}`, limitMs)
    } catch (cause) {
      throw new Error(`${what} was not said, but: ${this.said.slice(-2_000)}${this.complained.slice(-2_000)}`, {
        cause,
      })
    }
  }

  /** To it and all that it has started; by default as a power cut would end them. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    try {
      process.kill(-(this.#child.pid ?? 0), signal)
    } catch {
      // All have ended.
    }
  }

  /** The exit status, or the signal that ended it. */
  async ended(limitMs = 20_000): Promise<number | NodeJS.Signals> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const complain = () =>
        reject(new Error(`it did not end: ${this.said.slice(-2_000)}${this.#complained.slice(-2_000)}`))
      timer = setTimeout(complain, limitMs)
    })
    return await Promise.race([this.#ended, late]).finally(() => clearTimeout(timer))
  }
}
