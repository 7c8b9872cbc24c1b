import { ServiceError } from '../../domain/error.ts'
import { type Key, keyArn } from '../../domain/kms-key.ts'
import type { Context } from '../operation.ts'
import { keyNotFound } from './named-key.ts'

/** How often a change is tried again when somebody else changed the key in between. */
const mostTries = 5

/** Changes a key as it is at that moment, and answers it changed. `change` may throw; what it answers unchanged is not saved. */
export async function changeKey({ scope, store }: Context, key: Key, change: (key: Key) => Key): Promise<Key> {
  let read = key
  for (let tries = 0; tries < mostTries; tries++) {
    const next = change(read)
    if (next === read || (await store.keys.saveKey(read, next))) return next
    const now = await store.keys.findKey(key.keyId)
    if (now === undefined) throw keyNotFound(keyArn(scope, key.keyId))
    read = now
  }
  throw new ServiceError('KMSInternalException', 'The key is being changed by others. Try again.')
}
