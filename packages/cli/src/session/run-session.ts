import { EnvelopeError } from '@fairlead/wire/kms-envelope'
import { payloadTypes } from '@fairlead/wire/session-message'
import { beginWork, isForProgram, plainShell, type SessionKind } from './begin-work.ts'
import { ClientStream } from './client-stream.ts'
import { keepConnected, type Parting } from './connection.ts'
import { ClientHandshake } from './encryption/client-handshake.ts'
import type { ClientWork, WorkOutlet } from './session-work.ts'
import type { SessionWorld, StartedSession } from './session-world.ts'
import type { WebChannel } from './web-channel.ts'

const statusOfSignals = { SIGTERM: 143, SIGHUP: 129 } as const

/**
 * The client's end of a session that was started, to its end. Answers the exit status: that of the command when the node
 * told it, 128 + n when signal n ended it, 1 when it failed, else 0. It puts the terminal back as it was.
 */
export async function runSession(session: StartedSession, world: SessionWorld): Promise<number> {
  const run = new SessionRun(session, world)
  const ignore = Object.entries(statusOfSignals).map(([signal, status]) =>
    world.onSignal(signal as NodeJS.Signals, () => run.leave(status)),
  )
  const gone = (error: NodeJS.ErrnoException) => run.loseOutput(error)
  world.stdout.on('error', gone)
  try {
    return await run.untilEnd()
  } finally {
    for (const one of ignore) one()
    world.stdout.off('error', gone)
  }
}

class SessionRun {
  readonly #session: StartedSession
  readonly #world: SessionWorld
  readonly #stream: ClientStream
  readonly #handshake: ClientHandshake
  readonly #over = new AbortController()
  #work: ClientWork | undefined
  #kind: SessionKind | undefined
  #isInDoubt = false
  #isEnding = false
  #status = 0
  #lastWords: string | undefined
  #terminates = false

  constructor(session: StartedSession, world: SessionWorld) {
    this.#session = session
    this.#world = world
    this.#stream = new ClientStream(world, {
      backlog: () => this.#work?.backlog ?? 0,
      onOutput: (payloadType, payload) => this.#take(payloadType, payload),
      onFlow: (mayWrite) => this.#work?.setFlow(mayWrite),
      onChannelClosed: ({ output }) => {
        // The session could not be.
        if (output !== undefined && this.#work === undefined) this.#status = 1
        this.#end(output === undefined ? this.#farewell() : this.#failure(output))
      },
    })
    this.#handshake = new ClientHandshake({
      newDataKey: (wanted) => world.newDataKey(session.sessionId, wanted),
      random: world.randomBytes,
      write: (payloadType, payload) => this.#stream.write(payloadType, payload),
      onDone: (kind, customerMessage) => this.#begin(kind, customerMessage),
      onFailed: (reason) => this.#stream.onDrained(() => this.#fail(reason)),
    })
  }

  async untilEnd(): Promise<number> {
    const line = {
      attach: (channel: WebChannel) => {
        this.#isInDoubt = false
        this.#stream.attach(channel)
      },
      detach: () => this.#stream.detach(),
      receive: (bytes: Uint8Array) => this.#stream.receive(bytes),
      tell: (text: string) => {
        this.#isInDoubt = true
        this.#world.stderr.write(`\r\n${text}\r\n`)
      },
    }
    const interrupted = this.#world.onSignal('SIGINT', () => {
      if (this.#work === undefined) this.leave(130)
    })
    try {
      this.#part(await keepConnected(this.#session, this.#world, line, this.#over.signal))
    } finally {
      interrupted()
      this.#stream.stop()
      await this.#work?.stop()
    }
    if (this.#terminates) await this.#world.terminate(this.#session.sessionId).catch(() => undefined)
    if (this.#lastWords !== undefined) this.#say(this.#lastWords)
    return this.#status
  }

  /** Ends it from here, with this exit status. */
  leave(status: number): void {
    this.#status = status
    this.#terminates = true
    this.#end(this.#lastWords)
  }

  /** Ends it since output cannot be written. When its reader has gone there is nobody to tell; a disk that is full is told. */
  loseOutput({ code, message }: NodeJS.ErrnoException): void {
    if (code === 'EPIPE') this.leave(0)
    else this.#fail(`The output cannot be written: ${message}`)
  }

  #take(payloadType: number, payload: Uint8Array): void {
    if (this.#isEnding) return
    try {
      if (this.#work === undefined) this.#takeFirst(payloadType, payload)
      else {
        const opened = this.#handshake.open(payloadType, payload)
        if (opened !== undefined) this.#work.take(payloadType, opened)
      }
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error
      this.#fail('What came from the node could not be decrypted.')
    }
  }

  /** Takes what goes before a session; without a handshake it is a shell, which begins by what it says. */
  #takeFirst(payloadType: number, payload: Uint8Array): void {
    if (payloadType !== payloadTypes.output) this.#handshake.take(payloadType, payload)
    else if (!this.#handshake.hasBegun) {
      this.#begin(plainShell, '')
      this.#take(payloadType, payload)
    }
  }

  #begin(kind: SessionKind, customerMessage: string): void {
    this.#kind = kind
    const { sessionId } = this.#session
    this.#say(`\nStarting session with SessionId: ${sessionId}\n`)
    if (customerMessage !== '') this.#say(`${customerMessage}\n`)
    this.#work = beginWork(kind, sessionId, this.#world, this.#outlet(), (code) => {
      this.#status = code
    })
  }

  #outlet(): WorkOutlet {
    return {
      write: (payloadType, payload) => this.#stream.write(payloadType, this.#handshake.seal(payloadType, payload)),
      outputTaken: () => this.#stream.outputTaken(),
      onDrained: (act) => this.#stream.onDrained(act),
      giveUp: () => {
        if (this.#isInDoubt) this.leave(130)
        return this.#isInDoubt
      },
      end: (reason) => {
        this.#terminates = true
        if (reason === undefined) this.#end(this.#farewell())
        else this.#fail(reason)
      },
    }
  }

  #part(parting: Parting): void {
    if (parting.kind === 'stopped') return
    this.#status = 1
    const { sessionId } = this.#session
    this.#lastWords = parting.kind === 'failed' ? this.#failure(parting.reason) : `Session: ${sessionId} timed out.\n`
  }

  #fail(reason: string): void {
    this.#status = 1
    this.#terminates = true
    this.#end(this.#failure(reason))
  }

  #farewell(): string {
    return `\n\nExiting session with sessionId: ${this.#session.sessionId}.\n\n`
  }

  #failure(reason: string): string {
    return `\n\nSessionId: ${this.#session.sessionId} : ${reason}\n\n`
  }

  #end(lastWords: string | undefined): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#lastWords = lastWords
    this.#over.abort()
  }

  /** To a person. The words of Amazon's client, since there are programs that look for them. */
  #say(text: string): void {
    const kind = this.#kind
    const isMixed = kind === undefined || isForProgram(kind, this.#world)
    const output = isMixed ? this.#world.stderr : this.#world.stdout
    output.write(text)
  }
}
