import { mkdirSync, readdirSync, rmSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { JobKey } from '@fairlead/wire/control-message'
import type { Clock } from '../clock.ts'
import type { Reply } from '../commands/reply.ts'
import { syncPath, writeNew } from '../disk/durable-file.ts'
import { isObject, readObject } from '../disk/read-text.ts'
import { type Log, reasonOf } from '../log.ts'

export interface OutboxWorld {
  readonly clock: Clock
  readonly log: Log
  readonly resendAfterMs: number
  /** False when there is no channel; the reply is sent again when there is one. */
  send(reply: Reply, createdAt: number): boolean
  /** The server has the last reply on a command. */
  onLastReceived(commandId: string): void
}

interface Waiting {
  readonly file: string
  readonly messageId: string
  readonly commandId: string
  readonly isLast: boolean
  /** In ticks of the clock. */
  sentAt: number
  /** Times it was sent without an answer. */
  sends: number
  /** True once the disk was told to keep it. */
  isSynced: boolean
  /** The reply itself, when the disk would not take it. */
  unkept?: Reply
}

const longestWaitMs = 5 * 60_000
/** A server that is there has acknowledged a reply before that: then no disk has to work for it. */
const syncAfterMs = 100

/** Replies that the server has not acknowledged: kept on disk, sent in their order, sent again until they are. */
export class Outbox {
  readonly #folder: string
  readonly #world: OutboxWorld
  readonly #waiting = new Map<string, Waiting>()
  #next = 1
  #cancelTimer: () => void = () => undefined
  #cancelSync: (() => void) | undefined

  constructor(stateDirectory: string, world: OutboxWorld) {
    this.#folder = join(stateDirectory, 'spool')
    this.#world = world
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(this.#folder).sort()) this.#load(name)
    this.#tick()
  }

  /** True while the last reply on a command waits for its acknowledgement. */
  holdsLastOf(commandId: string): boolean {
    for (const waiting of this.#waiting.values()) {
      if (waiting.isLast && waiting.commandId === commandId) return true
    }
    return false
  }

  /**
   * Keeps a reply and sends it. Once this returns the agent may die. Power loss before it is acknowledged, or within a moment,
   * may leave it to be made again from the command's record.
   */
  add(reply: Reply): void {
    if (this.#waiting.has(reply.messageId)) return
    const { clock, log, send } = this.#world
    const file = join(this.#folder, `${String(this.#next++).padStart(12, '0')}.json`)
    const createdAt = clock.now()
    const waiting: Waiting = {
      file,
      messageId: reply.messageId,
      commandId: reply.job.commandId,
      isLast: reply.isLast,
      sentAt: Number.NEGATIVE_INFINITY,
      sends: 0,
      isSynced: false,
    }
    this.#waiting.set(reply.messageId, waiting)
    try {
      writeNew(file, toText(reply, createdAt))
      this.#cancelSync ??= clock.after(syncAfterMs, () => this.#sync())
    } catch (error) {
      // The command's record stands for it: after a restart the reply is made again.
      waiting.unkept = reply
      log.error('A reply could not be kept on disk; it is sent all the same', { reason: reasonOf(error) })
    }
    if (send(reply, createdAt)) noteSent(waiting, clock.ticks())
  }

  acknowledge(messageId: string): void {
    const waiting = this.#waiting.get(messageId)
    if (waiting === undefined) return
    // First the record: once the file is gone nothing else says that the end was reported.
    if (waiting.isLast) this.#world.onLastReceived(waiting.commandId)
    this.#waiting.delete(messageId)
    if (waiting.unkept === undefined) unlinkSync(waiting.file)
    if (this.#waiting.size === 0) this.#callOffSync()
  }

  /** Sends everything again: there is a new channel, and nobody knows what the old one delivered. */
  resendAll(): void {
    this.#resend(() => true)
  }

  #resend(isDue: (waiting: Waiting) => boolean): void {
    for (const waiting of this.#waiting.values()) {
      if (!isDue(waiting)) continue
      const { clock } = this.#world
      const stored = waiting.unkept
        ? { reply: waiting.unkept, createdAt: clock.now() }
        : fromText(readObject(waiting.file))
      if (stored === undefined) {
        this.#world.log.error('A reply was lost from the disk', { commandId: waiting.commandId, file: waiting.file })
        this.#waiting.delete(waiting.messageId)
        continue
      }
      if (!this.#world.send(stored.reply, stored.createdAt)) return
      noteSent(waiting, clock.ticks())
    }
  }

  /** What is not on the disk yet gets there in any case, when the operating system finds time. */
  stop(): void {
    this.#cancelTimer()
    this.#callOffSync()
  }

  #callOffSync(): void {
    this.#cancelSync?.()
    this.#cancelSync = undefined
  }

  #sync(): void {
    this.#cancelSync = undefined
    const loose = [...this.#waiting.values()].filter(({ isSynced, unkept }) => !isSynced && unkept === undefined)
    if (loose.length === 0) return
    for (const waiting of loose) waiting.isSynced = true
    Promise.all([...loose.map(({ file }) => file), this.#folder].map(syncPath)).catch((error) => {
      this.#world.log.warn('A reply may not survive power loss', { reason: reasonOf(error) })
    })
  }

  #tick(): void {
    const { clock, resendAfterMs } = this.#world
    this.#cancelTimer = clock.after(resendAfterMs, () => {
      const now = clock.ticks()
      // A server that does not answer is asked less and less often.
      this.#resend(({ sentAt, sends }) => now - sentAt >= Math.min(resendAfterMs * 2 ** (sends - 1), longestWaitMs))
      this.#tick()
    })
  }

  #load(name: string): void {
    const file = join(this.#folder, name)
    const stored = name.endsWith('.json') ? fromText(readObject(file)) : undefined
    if (stored === undefined) {
      // Cut by power loss or never finished. The command's record makes it again.
      rmSync(file, { force: true })
      return
    }
    const { reply } = stored
    this.#next = Math.max(this.#next, Number.parseInt(name, 10) + 1)
    this.#waiting.set(reply.messageId, {
      file,
      messageId: reply.messageId,
      commandId: reply.job.commandId,
      isLast: reply.isLast,
      sentAt: Number.NEGATIVE_INFINITY,
      sends: 0,
      isSynced: true,
    })
  }
}

function noteSent(waiting: Waiting, at: number): void {
  waiting.sentAt = at
  waiting.sends++
}

function toText(reply: Reply, createdAt: number): string {
  return JSON.stringify({ ...reply, payload: Buffer.from(reply.payload).toString(), createdAt })
}

function fromText(stored: unknown): { readonly reply: Reply; readonly createdAt: number } | undefined {
  if (!isObject(stored)) return undefined
  const { job, messageId, payload, isLast, createdAt } = stored
  if (!isJobKey(job) || typeof messageId !== 'string' || typeof payload !== 'string' || typeof createdAt !== 'number') {
    return undefined
  }
  return { reply: { job, messageId, payload: Buffer.from(payload), isLast: isLast === true }, createdAt }
}

function isJobKey(value: unknown): value is JobKey {
  return isObject(value) && typeof value['commandId'] === 'string' && typeof value['nodeId'] === 'string'
}
