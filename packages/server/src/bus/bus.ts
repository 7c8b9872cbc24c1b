import type { Hint, HintKind, HintOf } from '../domain/hint.ts'

/** Carries hints between the parts of a server, and later between servers. Never a queue: the store is. */
export interface Bus {
  publish(hint: Hint): void
  /** Answers the function that ends the subscription. */
  subscribe<K extends HintKind>(kind: K, listener: (hint: HintOf<K>) => void): () => void
}
