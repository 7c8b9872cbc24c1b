import { Base64Reader } from './base64-reader.ts'

/** What the node's script says, taken apart. See remote-script.ts. */
export interface FarTalkEvents {
  /** It is ready; `words` are what it told with that. */
  onReady(words: readonly string[]): void
  onContent(bytes: Buffer): void
  /** It is done. The text is what its programs complained of. */
  onEnd(status: number, text: string): void
}

type State = 'before' | 'content' | 'status' | 'text' | 'over'

const longestLine = 256
const longestText = 65_536
// Of what came before the script began, which tells why it did not.
const longestJunk = 2_048

/** Reads the talk of the node's script, in whatever pieces it comes. */
export class FarTalk {
  readonly #mark: string
  readonly #events: FarTalkEvents
  #state: State = 'before'
  #held: Buffer = Buffer.alloc(0)
  #junk = ''
  #status = 1
  #textLength = 0
  /** Set when all that follows comes as text. */
  #base64: Base64Reader | undefined

  constructor(mark: string, events: FarTalkEvents) {
    this.#mark = mark
    this.#events = events
  }

  /** What was said before the script began, or in its place. */
  get junk(): string {
    return this.#junk.trim()
  }

  take(bytes: Buffer): void {
    const meant = this.#base64?.read(bytes) ?? bytes
    let rest: Buffer | undefined = this.#held.length === 0 ? meant : Buffer.concat([this.#held, meant])
    this.#held = Buffer.alloc(0)
    while (rest !== undefined && rest.length > 0) rest = this.#step(rest)
  }

  /** Answers what is left when there is more to do with it. */
  #step(bytes: Buffer): Buffer | undefined {
    switch (this.#state) {
      case 'before':
        return this.#find(`R${this.#mark}`, bytes, (junk) => {
          this.#junk = (this.#junk + junk.toString('utf8')).slice(-longestJunk)
        })
      case 'content':
        return this.#find(`E${this.#mark}`, bytes, (content) => this.#events.onContent(content))
      case 'status':
        return this.#takeStatus(bytes)
      case 'text':
        return this.#takeText(bytes)
      case 'over':
        return undefined
    }
  }

  /** Looks for a line that begins with the mark; what is before it goes to `pass`, but what may be its beginning waits. */
  #find(mark: string, bytes: Buffer, pass: (before: Buffer) => void): Buffer | undefined {
    const at = bytes.indexOf(mark, 0, 'latin1')
    const safe = at === -1 ? Math.max(0, bytes.length - mark.length + 1) : at
    if (safe > 0) pass(bytes.subarray(0, safe))
    const rest = bytes.subarray(safe)
    if (at === -1) return this.#hold(rest)
    if (this.#state === 'content') {
      this.#state = 'status'
      return rest
    }
    const end = rest.indexOf(0x0a)
    if (end === -1) return rest.length > longestLine ? this.#end(1, 'The node said too much.') : this.#hold(rest)
    const words = rest.toString('utf8', mark.length, end).trim().split(/\s+/)
    this.#state = 'content'
    if (words[2] === 'base64') this.#base64 = new Base64Reader()
    this.#events.onReady(words)
    const content = rest.subarray(end + 1)
    return this.#base64?.read(content) ?? content
  }

  #takeStatus(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf(0x0a)
    if (end === -1) return bytes.length > longestLine ? this.#end(1, 'The node said too much.') : this.#hold(bytes)
    const [, status, length] = /^E\w+ (\d{1,3}) (\d{1,9})$/.exec(bytes.toString('latin1', 0, end)) ?? []
    if (status === undefined || length === undefined) return this.#end(1, 'The node said nothing that makes sense.')
    this.#status = Number(status)
    this.#textLength = Math.min(Number(length), longestText)
    this.#state = 'text'
    return this.#textLength === 0 ? this.#end(this.#status, '') : bytes.subarray(end + 1)
  }

  #takeText(bytes: Buffer): Buffer | undefined {
    if (bytes.length < this.#textLength) return this.#hold(bytes)
    return this.#end(this.#status, bytes.toString('utf8', 0, this.#textLength))
  }

  #hold(bytes: Buffer): undefined {
    this.#held = Buffer.from(bytes)
  }

  #end(status: number, text: string): undefined {
    this.#state = 'over'
    this.#events.onEnd(status, text)
  }
}
