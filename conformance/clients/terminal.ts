import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@fairlead/testkit/eventually'
import { run } from './run.ts'

const configuration = `
set -g remain-on-exit on
set -g default-terminal screen-256color
set -g escape-time 0
set -g status off
`

/** A program on a terminal that can be looked at, by a tmux of its own. */
export class Terminal {
  readonly #folder: string
  readonly #environment: Readonly<Record<string, string>>

  private constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.#folder = folder
    this.#environment = environment
  }

  static async open(
    t: { after(end: () => Promise<void>): void },
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<Terminal> {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-tmux-'))
    const terminal = new Terminal(folder, { ...environment, TERM: 'xterm-256color' })
    t.after(async () => {
      await terminal.#tmux('kill-server').catch(() => undefined) // it may be gone
      rmSync(folder, { recursive: true, force: true })
    })
    writeFileSync(join(folder, 'conf'), configuration)
    await terminal.#tmux('new-session', '-d', '-x', '100', '-y', '30', ...command)
    return terminal
  }

  /** Text as if it were typed, with Enter after it. */
  async enter(text: string): Promise<void> {
    await this.type(text)
    await this.press('Enter')
  }

  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', '--', text)
  }

  /** A key by its name: Enter, Escape, C-c. */
  async press(key: string): Promise<void> {
    await this.#tmux('send-keys', key)
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** What is on the screen, without what has left it. */
  async screen(): Promise<string> {
    return await this.#tmux('capture-pane', '-p')
  }

  async untilShows(what: RegExp, limitMs = 20_000): Promise<string> {
    let last = ''
    try {
      return await eventually(
        async () => {
          last = await this.screen()
          return what.test(last) ? last : undefined
        },
        `${what} on the screen`,
        limitMs,
      )
    } catch (error) {
      throw new Error(`${what} did not come on the screen:\n${last.trimEnd()}`, { cause: error })
    }
  }

  /** Waits for the end of the program; answers its status. */
  async ended(limitMs = 20_000): Promise<number> {
    const status = await eventually(
      async () => {
        const [isDead, code] = (await this.#tmux('display-message', '-p', '#{pane_dead} #{pane_dead_status}')).split(
          ' ',
        )
        return isDead === '1' ? (code ?? '') : undefined
      },
      'the end of the program on the terminal',
      limitMs,
    )
    return Number(status)
  }

  async #tmux(...words: readonly string[]): Promise<string> {
    const own = ['-u', '-S', join(this.#folder, 'socket'), '-f', join(this.#folder, 'conf')]
    const { exitCode, stdout, stderr } = await run('tmux', [...own, ...words], this.#environment, 10_000)
    if (exitCode !== 0) throw new Error(`tmux ${words[0]}: ${stderr}`)
    return stdout
  }
}
