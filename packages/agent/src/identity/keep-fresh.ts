import type { Clock } from '../clock.ts'
import { type Log, reasonOf } from '../log.ts'
import type { RoleKeys } from './role-keys.ts'

// Half the life of a token is left when this begins, so there is no hurry.
const retryMs = 30_000
// However short-lived the keys, the server is not asked more often than this.
const leastMs = 1_000

/** Renews the role keys at half their life, also for the scripts that read them from their file. Returns what ends it. */
export function keepFresh(keys: RoleKeys, world: { readonly clock: Clock; readonly log: Log }): () => void {
  let isStopped = false
  let cancel: () => void = () => undefined
  const wait = (ms: number) => {
    if (!isStopped) cancel = world.clock.after(Math.max(ms, leastMs), () => void renew())
  }
  const renew = async () => {
    if (keys.refreshInMs > 0) return wait(keys.refreshInMs)
    try {
      await keys.refresh()
      wait(keys.refreshInMs)
    } catch (error) {
      world.log.warn('The role keys could not be renewed; trying again', { reason: reasonOf(error), inMs: retryMs })
      wait(retryMs)
    }
  }
  wait(retryMs)
  return () => {
    isStopped = true
    cancel()
  }
}
