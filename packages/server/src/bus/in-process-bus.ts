import { EventEmitter } from 'node:events'
import type { Hint, HintKind, HintOf } from '../domain/hint.ts'
import type { Bus } from './bus.ts'

/** The bus of a single server. Listeners run in the publisher's turn and must not throw. */
export class InProcessBus implements Bus {
  readonly #emitter = new EventEmitter().setMaxListeners(0)

  publish(hint: Hint): void {
    this.#emitter.emit(hint.kind, hint)
  }

  subscribe<K extends HintKind>(kind: K, listener: (hint: HintOf<K>) => void): () => void {
    this.#emitter.on(kind, listener)
    return () => this.#emitter.off(kind, listener)
  }
}
