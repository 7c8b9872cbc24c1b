import { once } from 'node:events'
import { CliError } from '../cli-error.ts'
import { sessionServer } from '../session/session-target.ts'
import type { SessionWorld } from '../session/session-world.ts'
import type { Surroundings } from '../surroundings.ts'
import { castFile, isCastFile } from './cast-file.ts'
import { recordingPages } from './recording-pages.ts'

export interface PlayOptions {
  readonly dataDir?: string
  /** How many times as fast. */
  readonly speed: number
  /** Seconds. */
  readonly idleLimit?: number
}

/** The terminal that it is played in. */
export type Screen = Pick<SessionWorld, 'stdin' | 'stdout' | 'onSignal'>

const [endOfText, letterQ] = [0x03, 0x71]
const interrupted = 130
/** As SIGPIPE ends other programs. */
const unread = 141
/** Soft reset (DECSTR): colours, cursor, margins, keys. Then mouse reports and bracketed paste off, cursor on. */
const calm = '\x1b[!p\x1b[0m\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?25h'
const leaveOtherScreen = '\x1b[?1049l'
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const otherScreen = /\x1b\[\?(?:1049|1047|47)([hl])/g

/** `fairlead recordings play`, of a session or of a file. Answers the exit status. */
export async function playRecording(
  name: string,
  options: PlayOptions,
  surroundings: Surroundings,
  screen: Screen,
): Promise<number> {
  const pages = isCastFile(name)
    ? castFile(name, surroundings.workingDirectory)
    : recordingPages(sessionServer(options.dataDir, surroundings).client, name)
  const ending = new AbortController()
  const letGo = listen(screen, (status) => ending.abort(status))
  const player = new Player(screen, options, surroundings, ending.signal)
  try {
    for await (const page of pages) {
      for (const line of page.split('\n')) if (line !== '') await player.show(line)
    }
    return 0
  } catch (error) {
    if (ending.signal.aborted) return Number(ending.signal.reason)
    // As in `play … | head`.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return unread
    throw error
  } finally {
    player.restore()
    letGo()
    for (const note of player.notes) surroundings.stderr.write(`${note}\n`)
  }
}

/** Keys are ours meanwhile: what a terminal answers to what it is shown must not become a command afterwards. */
function listen({ stdin, onSignal }: Screen, end: (status: number) => void): () => void {
  const offSignals = [onSignal('SIGINT', () => end(interrupted)), onSignal('SIGTERM', () => end(143))]
  const isTerminal = stdin.isTTY === true && stdin.setRawMode !== undefined
  const read = (bytes: Buffer) => {
    if (bytes[0] === endOfText) end(interrupted)
    else if (bytes.length === 1 && bytes[0] === letterQ) end(0)
  }
  if (isTerminal) {
    stdin.setRawMode?.(true)
    stdin.on('data', read).resume()
  }
  return () => {
    for (const off of offSignals) off()
    if (!isTerminal) return
    stdin.off('data', read).pause()
    stdin.setRawMode?.(false)
  }
}

/** Shows line after line of an asciicast at its time. */
class Player {
  /** What the recording says of itself. */
  readonly notes: string[] = []
  readonly #screen: Screen
  readonly #options: PlayOptions
  readonly #surroundings: Surroundings
  readonly #signal: AbortSignal
  readonly #startedAt: number
  #isBegun = false
  #dueMs = 0
  #lastSeconds = 0
  #isOnOtherScreen = false

  constructor(screen: Screen, options: PlayOptions, surroundings: Surroundings, signal: AbortSignal) {
    this.#screen = screen
    this.#options = options
    this.#surroundings = surroundings
    this.#signal = signal
    this.#startedAt = surroundings.elapsed()
  }

  async show(line: string): Promise<void> {
    this.#signal.throwIfAborted()
    if (!this.#isBegun) return this.#begin(line)
    const [seconds, code, data] = readLine(line)
    if (code === 'm') this.notes.push(`At ${seconds.toFixed(1)} s: ${data}`)
    await this.#wait(seconds)
    if (code === 'o') await this.#write(data)
  }

  restore(): void {
    const { stdout } = this.#screen
    if (this.#isBegun && stdout.isTTY === true)
      stdout.write(`${calm}${this.#isOnOtherScreen ? leaveOtherScreen : ''}\r\n`)
  }

  #begin(line: string): void {
    this.#isBegun = true
    const { width, height } = Object(JSON.parse(line)) as { width?: unknown; height?: unknown }
    const { isTTY, columns = 0, rows = 0 } = this.#screen.stdout
    if (isTTY === true && (Number(width) > columns || Number(height) > rows)) {
      this.#surroundings.stderr.write(`It was recorded on ${width}x${height}; this terminal is ${columns}x${rows}.\r\n`)
    }
  }

  /** A terminal has time; a program that reads does not. */
  async #wait(seconds: number): Promise<void> {
    const { speed, idleLimit = Number.POSITIVE_INFINITY } = this.#options
    const pause = Math.min(Math.max(seconds - this.#lastSeconds, 0), idleLimit)
    this.#lastSeconds = seconds
    if (this.#screen.stdout.isTTY !== true) return
    this.#dueMs += (pause * 1000) / speed
    const waitMs = this.#startedAt + this.#dueMs - this.#surroundings.elapsed()
    if (waitMs > 0) await this.#surroundings.pause(waitMs, this.#signal)
  }

  async #write(data: string): Promise<void> {
    for (const [, way] of data.matchAll(otherScreen)) this.#isOnOtherScreen = way === 'h'
    const { stdout } = this.#screen
    if (!stdout.write(data)) await once(stdout, 'drain', { signal: this.#signal })
  }
}

function readLine(line: string): readonly [seconds: number, code: string, data: string] {
  const [seconds, code, data] = JSON.parse(line) as [unknown, unknown, unknown]
  if (typeof seconds !== 'number' || typeof code !== 'string' || typeof data !== 'string') {
    throw new CliError('There is a line in it that is none of an asciicast.')
  }
  return [seconds, code, data]
}
