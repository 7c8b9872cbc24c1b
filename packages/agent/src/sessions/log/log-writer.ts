import type { Clock } from '../../clock.ts'
import { type Log, reasonOf } from '../../log.ts'
import type { LogFile } from './log-file.ts'

export interface LogWriterParts {
  readonly file: LogFile
  readonly clock: Clock
  readonly log: Log
  /** Bytes of the file; a note that it ends there may come on top. */
  readonly mostBytes: number
  /** Asked whenever `logStepBytes` more were written: whether the node has room for as many again. */
  hasRoom(): boolean
  /** Words for whoever watches, as a line. */
  note(words: string): string
}

const mebibyte = 1024 * 1024
export const logStepBytes = 8 * mebibyte
/** What was added is in the file so much later at most, unless the disk is slow. */
const gatherMs = 250
/** So much is written at once. */
const muchText = 64 * 1024
/** So much waits for a disk that is slow or full. */
const mostWaiting = 4 * mebibyte
const tryAgainMs = 1_000

/** Brings lines to a file behind the back of whoever adds them. What does not fit is counted, and noted where it is missing. */
export class LogWriter {
  readonly #parts: LogWriterParts
  #waiting: string[] = []
  /** In characters: bytes are at most three times as many. */
  #waitingLength = 0
  /** Of what was to be seen. */
  #missingBytes = 0
  #fileBytes = 0
  #isCut = false
  #isFailing = false
  #isClosing = false
  #cancelWait: (() => void) | undefined
  #writing: Promise<void> | undefined

  constructor(parts: LogWriterParts) {
    this.#parts = parts
  }

  /** Whether more is of use: not after the log has come to its end. */
  get isOpen(): boolean {
    return !this.#isCut && !this.#isClosing
  }

  /** `bytes` is how much would be missing without it. */
  add(text: string, bytes: number): void {
    if (!this.isOpen) return
    if (this.#waitingLength + text.length > mostWaiting) {
      this.#missingBytes += bytes
      return
    }
    this.#noteMissing()
    this.#push(text)
    if (this.#waitingLength >= muchText && !this.#isFailing) this.#turn()
    else this.#wait(gatherMs)
  }

  /** Settles when what can be written is; a disk that fails is tried once more. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#cancelWait?.()
    await this.#writing
    this.#noteMissing()
    await this.#write()
    try {
      await this.#parts.file.close()
    } catch (error) {
      this.#failed(error)
    }
  }

  #noteMissing(): void {
    const missing = this.#missingBytes
    this.#missingBytes = 0
    if (missing > 0) this.#push(this.#parts.note(`${missing} bytes are missing here: the log could not be written`))
  }

  #push(text: string): void {
    if (text === '') return
    this.#waiting.push(text)
    this.#waitingLength += text.length
  }

  #wait(ms: number): void {
    if (this.#cancelWait !== undefined || this.#writing !== undefined || this.#waiting.length === 0) return
    this.#cancelWait = this.#parts.clock.after(ms, () => {
      this.#cancelWait = undefined
      this.#turn()
    })
  }

  #turn(): void {
    if (this.#writing !== undefined) return
    this.#cancelWait?.()
    this.#cancelWait = undefined
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined
      if (this.#isClosing) return
      if (this.#waitingLength >= muchText && !this.#isFailing) this.#turn()
      else this.#wait(this.#isFailing ? tryAgainMs : gatherMs)
    })
  }

  async #write(): Promise<void> {
    try {
      if (!this.#isCut) this.#cut(this.#waiting.join(''))
      const count = this.#waiting.length
      const text = this.#waiting.join('')
      if (text === '') return
      await this.#parts.file.append(text)
      this.#waitingLength -= this.#waiting.splice(0, count).reduce((sum, { length }) => sum + length, 0)
      this.#fileBytes += Buffer.byteLength(text)
      if (this.#isFailing) this.#parts.log.info('The log of the session is written again')
      this.#isFailing = false
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Puts last words in the place of text that is too much. */
  #cut(text: string): void {
    const before = this.#fileBytes
    const after = before + Buffer.byteLength(text)
    const isTooLong = after > this.#parts.mostBytes
    const isAsked = Math.floor(before / logStepBytes) !== Math.floor(after / logStepBytes)
    if (!isTooLong && !(isAsked && !this.#parts.hasRoom())) return
    this.#isCut = true
    const why = isTooLong
      ? `it has reached its longest length of ${this.#parts.mostBytes} bytes`
      : 'the node keeps no more'
    this.#parts.log.warn('The log of the session ends before the session', { reason: why })
    this.#waiting = []
    this.#waitingLength = 0
    this.#push(this.#parts.note(`The log ends here: ${why}`))
  }

  #failed(error: unknown): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#parts.log.error('The log of the session cannot be written; the session goes on', { reason: reasonOf(error) })
  }
}
