import { ApiError } from '../api/control-plane.ts'
import { type Log, reasonOf } from '../log.ts'
import { backoffMs } from './backoff.ts'
import type { Channel, ChannelWorld, OnClosed } from './websocket-channel.ts'

export interface ConnectionWorld extends ChannelWorld {
  /** What the channel is called in the log. */
  readonly name: string
  readonly log: Log
  readonly reconnectCapMs: number
  /** 0 to 1. */
  random(): number
  open(world: ChannelWorld, onClosed: OnClosed): Promise<Channel>
  onOpen(channel: Channel): void
  onLost(): void
  /** True when it is of no use to try again after an error; nothing more is done then. */
  isFinal?(error: unknown): boolean
}

// A channel that lives as long as this was a good one: after it, the first try comes quickly again.
const settledMs = 10_000
/** What one try may take: three requests, of which a server with much to do answers each in its time. */
const tryMs = 20_000

/** Opens a channel, again and again for as long as it is wanted. Returns what ends it. */
export function keepConnected(world: ConnectionWorld): () => Promise<void> {
  const { clock, name, log, keys, reconnectCapMs, random } = world
  let isStopped = false
  let attempt = 0
  let openedAt = 0
  let channel: Channel | undefined
  let cancelWait: () => void = () => undefined

  const lost: OnClosed = (reason, isGoodbye) => {
    channel = undefined
    if (isStopped) return
    world.onLost()
    // A server that says goodbye was well, and is mostly about to be started again.
    if (isGoodbye || clock.ticks() - openedAt > settledMs) attempt = 0
    again(`The ${name} was lost (${reason})`)
  }
  const again = (what: string) => {
    const waitMs = backoffMs(attempt++, reconnectCapMs, random())
    log.warn(`${what}; trying again`, { attempt, inMs: waitMs })
    cancelWait = clock.after(waitMs, () => void connect())
  }
  const connect = async () => {
    try {
      const opening = await tryToOpen(world, lost)
      if (isStopped) {
        await opening.close()
        return
      }
      channel = opening
      openedAt = clock.ticks()
      log.info(`The ${name} is open`)
      world.onOpen(opening)
    } catch (error) {
      if (isStopped) return
      // Keys that the server no longer knows are no use for the next try.
      if (error instanceof ApiError && error.status < 500) keys.forget()
      if (world.isFinal?.(error) === true) return
      again(`The ${name} could not be opened (${reasonOf(error)}${hintOn(error)})`)
    }
  }
  void connect()
  return async () => {
    isStopped = true
    cancelWait()
    await channel?.close()
  }
}

/** One try, which fails when it takes too long; a channel that it opens even later is closed, and nobody hears of it. */
async function tryToOpen(world: ConnectionWorld, lost: OnClosed): Promise<Channel> {
  let isGivenUp = false
  const opening = world.open(
    { ...world, onFrame: (bytes) => isGivenUp || world.onFrame(bytes) },
    (reason, isGoodbye) => isGivenUp || lost(reason, isGoodbye),
  )
  const tooLong = Promise.withResolvers<never>()
  const callOff = world.clock.after(tryMs, () => {
    isGivenUp = true
    tooLong.reject(new Error(`it took longer than ${tryMs / 1000} seconds`))
    opening
      .then((late) => late.close())
      .catch((error) => world.log.debug('A late try failed', { reason: reasonOf(error) }))
  })
  try {
    return await Promise.race([opening, tooLong.promise])
  } finally {
    callOff()
  }
}

const unknownNode: readonly string[] = ['AccessDeniedException', 'InvalidInstanceId', 'MachineFingerprintDoesNotMatch']

function hintOn(error: unknown): string {
  if (!(error instanceof ApiError) || error.operation !== 'RequestManagedInstanceRoleToken') return ''
  if (!unknownNode.includes(error.code)) return ''
  return '. If this node was deregistered, start the agent with a new activation and an empty state directory'
}
