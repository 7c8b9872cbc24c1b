import { Writable } from 'node:stream'
import { explain } from '../../cli-error.ts'
import type { SessionWorld } from '../session-world.ts'
import { FarInput } from './far-input.ts'
import { FarTalk } from './far-talk.ts'

/** One end of a copy: what to do when the node is ready, with its bytes, and at the end. Errors that it throws end the copy. */
export interface CopyEnd {
  /** What the node is to get; nothing when it is the node that sends. */
  ready(words: readonly string[]): Iterable<Uint8Array>
  /** Bytes of the node. */
  take(bytes: Buffer): void
  /** The node has done its part well. */
  finish(): void
  sent(bytes: number): void
}

/** Carries a copy over the streams of a session, in place of a terminal's. */
export class CopySession {
  readonly #end: CopyEnd
  readonly #talk: FarTalk
  readonly #input: FarInput
  readonly #signals = new Map<NodeJS.Signals, () => void>()
  #outcome: { readonly failure: string | undefined } | undefined
  #isInterrupted = false

  constructor(mark: string, end: CopyEnd) {
    this.#end = end
    this.#input = new FarInput(
      (bytes) => end.sent(bytes),
      (error) => this.#fail(explain(error)),
    )
    this.#talk = new FarTalk(mark, {
      onReady: (words) => this.#input.begin(end.ready(words)),
      onContent: (bytes) => end.take(bytes),
      onEnd: (status, text) => this.#finish(status, text),
    })
  }

  /** The world of a session that has this copy in place of a person. */
  within(world: SessionWorld): SessionWorld {
    const stdout = new Writable({
      write: (bytes: Buffer, _encoding, done) => {
        this.#take(bytes)
        done()
      },
    })
    return {
      ...world,
      stdin: this.#input,
      stdout,
      stderr: withoutFarewells(world.stderr),
      onSignal: (signal, act) => {
        // The node's programs have no use for keys: Ctrl-C ends the session as SIGTERM does.
        if (signal === 'SIGINT') return () => undefined
        this.#signals.set(signal, act)
        const stop = signal === 'SIGTERM' ? world.onSignal('SIGINT', () => this.#interrupt()) : () => undefined
        const stopToo = world.onSignal(signal, act)
        return () => {
          stop()
          stopToo()
        }
      },
    }
  }

  /** The exit status of the copy, and why it failed. `status` is the session's. */
  outcome(status: number): { readonly status: number; readonly failure: string | undefined } {
    if (this.#isInterrupted) return { status: 130, failure: undefined }
    if (this.#outcome !== undefined) {
      return { status: this.#outcome.failure === undefined ? 0 : 1, failure: this.#outcome.failure }
    }
    const { junk } = this.#talk
    const failure = `The session ended before the copy did.${junk === '' ? '' : `\n  ${junk}`}`
    return { status: status === 0 ? 1 : status, failure }
  }

  #take(bytes: Buffer): void {
    if (this.#outcome !== undefined) return
    try {
      this.#talk.take(bytes)
    } catch (error) {
      this.#fail(explain(error))
    }
  }

  #finish(status: number, text: string): void {
    if (status === 0) this.#end.finish()
    const complaint = text.trim() === '' ? `The node’s part failed with status ${status}.` : text.trim()
    this.#outcome = { failure: status === 0 ? undefined : complaint }
    this.#input.acknowledge()
  }

  #fail(reason: string): void {
    this.#outcome ??= { failure: reason }
    this.#leave()
  }

  #interrupt(): void {
    this.#isInterrupted = true
    this.#leave()
  }

  #leave(): void {
    this.#signals.get('SIGTERM')?.()
  }
}

/** A session says when it begins and ends, to those who have asked for a session. */
function withoutFarewells(stderr: SessionWorld['stderr']): Writable {
  return new Writable({
    write(bytes: Buffer, _encoding, done) {
      if (!/^\s*(?:Starting|Exiting) session with/.test(bytes.toString())) stderr.write(bytes)
      done()
    },
  })
}
