import { resolve } from 'node:path'
import {
  type AgentTaskComplete,
  decodeAgentTaskAcknowledge,
  encodeAgentTaskComplete,
} from '@fairlead/wire/control-message'
import { decodeChannelClosed, decodeInteractiveShell } from '@fairlead/wire/session-message'
import type { Clock } from '../clock.ts'
import { type Log, reasonOf } from '../log.ts'
import { isSameBoot } from '../process/boot-mark.ts'
import { isAlive } from '../process/process-identity.ts'
import { type SessionFolder, SessionFolders } from './session-folder.ts'
import { isSessionId, type SessionOrder } from './session-order.ts'
import { startSessionProcess } from './session-process.ts'
import { type Ending, failure, success } from './stream/session-work.ts'

export interface KeeperWorld {
  readonly nodeId: string
  readonly region: string
  readonly endpoint: URL
  readonly caFile: string | undefined
  /** Whether logs of encrypted sessions are kept. */
  readonly keepsLogs: boolean
  readonly boot: string
  readonly clock: Clock
  readonly log: Log
  readonly environment: Readonly<Record<string, string>>
  readonly timings: { readonly pingEveryMs: number; readonly reconnectCapMs: number; readonly resendAfterMs: number }
  newId(): string
  /** False when there is no channel. */
  sendTaskComplete(messageId: string, payload: Uint8Array): boolean
}

interface Kept {
  readonly folder: SessionFolder
  readonly order: SessionOrder
  /** True while its process is about to be started by this agent, or was and has not ended. */
  hasChild: boolean
  /** When its process is killed if it has not ended; undefined while it is not to end. */
  endBy: number | undefined
  /** Undefined while it runs. */
  ending: Ending | undefined
  sends: number
  /** In ticks of the clock, as is `endBy`. */
  sentAt: number
}

// As many as Amazon's agent runs.
const mostSessions = 1_000
const pollMs = 500
const longestWaitMs = 5 * 60_000
// Somebody sits before a session and waits for it.
const longestReconnectMs = 5_000
// A process that was told to end and did not is killed.
const endWithinMs = 10_000

/** Starts the processes of sessions, watches them end, and tells the server until it has heard. */
export class SessionKeeper {
  readonly #world: KeeperWorld
  readonly #folders: SessionFolders
  readonly #kept = new Map<string, Kept>()
  #cancelPoll: () => void = () => undefined
  #isStopped = false

  constructor(stateDirectory: string, world: KeeperWorld) {
    this.#world = world
    this.#folders = new SessionFolders(stateDirectory)
  }

  /** Takes over the sessions of an earlier agent. */
  resume(): void {
    for (const sessionId of this.#folders.all()) {
      const folder = this.#folders.find(sessionId)
      const order = folder.order()
      if (order === undefined) {
        // Power was lost while it was made, and nothing had been started.
        folder.remove()
        continue
      }
      this.#kept.set(sessionId, keep(folder, order))
      if (folder.runner() === undefined && isSameBoot(order.boot, this.#world.boot)) this.#start(sessionId)
    }
    this.#poll()
  }

  /** Takes an interactive_shell. One that is known already changes nothing. */
  async begin(payload: Uint8Array): Promise<void> {
    const { sessionId, content } = decodeInteractiveShell(payload)
    if (!isSessionId(sessionId)) throw new Error('the id of a session cannot name a folder')
    if (this.#kept.has(sessionId)) return
    if (this.#kept.size >= mostSessions) throw new Error(`${mostSessions} sessions are open already`)
    const { nodeId, region, endpoint, caFile, keepsLogs, boot, newId, timings } = this.#world
    const order: SessionOrder = {
      sessionId,
      nodeId,
      region,
      endpoint: endpoint.href,
      caFile: caFile === undefined ? undefined : resolve(caFile),
      content,
      boot,
      taskMessageId: newId(),
      keepsLogs,
      pingEveryMs: timings.pingEveryMs,
      reconnectCapMs: Math.min(timings.reconnectCapMs, longestReconnectMs),
    }
    const folder = this.#folders.find(sessionId)
    const kept = { ...keep(folder, order), hasChild: true }
    this.#kept.set(sessionId, kept)
    try {
      await this.#folders.create(order)
    } catch (error) {
      this.#end(sessionId, failure(`The node could not write the session down: ${reasonOf(error)}`))
      return
    }
    if (kept.endBy !== undefined) {
      this.#end(sessionId, success)
      return
    }
    this.#start(sessionId)
    this.#world.log.info('Session taken on', { sessionId })
  }

  /** Takes a channel_closed. */
  close(payload: Uint8Array): void {
    const { sessionId } = decodeChannelClosed(payload)
    const kept = this.#kept.get(sessionId)
    if (kept === undefined || kept.ending !== undefined) return
    this.#world.log.info('Session to be ended', { sessionId })
    kept.endBy ??= this.#world.clock.ticks() + endWithinMs
    this.#endProcess(kept)
  }

  /** Takes an agent_task_acknowledge: the server knows of the end, and nothing of the session is needed any more. */
  acknowledge(payload: Uint8Array): void {
    const { sessionId } = decodeAgentTaskAcknowledge(payload)
    const kept = this.#kept.get(sessionId)
    if (kept?.ending === undefined) return
    this.#kept.delete(sessionId)
    kept.folder.remove()
  }

  /** There is a new channel: what is not acknowledged is told again. */
  resendAll(): void {
    for (const [sessionId, kept] of this.#kept) if (kept.ending !== undefined) this.#tell(sessionId, kept)
  }

  /** Leaves the sessions to the next agent. */
  stop(): void {
    this.#isStopped = true
    this.#cancelPoll()
  }

  #start(sessionId: string): void {
    const kept = this.#kept.get(sessionId)
    // After a stop it is the next agent's.
    if (kept === undefined || this.#isStopped) return
    kept.hasChild = true
    startSessionProcess(kept.folder, this.#world.environment, () => {
      kept.hasChild = false
      this.#look(sessionId)
    })
  }

  #poll(): void {
    this.#cancelPoll = this.#world.clock.after(pollMs, () => {
      for (const [sessionId, kept] of this.#kept) {
        if (kept.ending === undefined) {
          this.#endProcess(kept)
          this.#look(sessionId)
        } else if (this.#isDue(kept)) this.#tell(sessionId, kept)
      }
      this.#poll()
    })
  }

  /** Tells the process of a session that is to end, again and again: at first it may not have been there yet. */
  #endProcess({ folder, endBy }: Kept): void {
    if (endBy !== undefined) signal(folder, this.#world.clock.ticks() < endBy ? 'SIGTERM' : 'SIGKILL')
  }

  #isDue({ sends, sentAt }: Kept): boolean {
    const waitMs = Math.min(this.#world.timings.resendAfterMs * 2 ** Math.max(0, sends - 1), longestWaitMs)
    return this.#world.clock.ticks() - sentAt >= waitMs
  }

  /** Sees whether a session has ended. */
  #look(sessionId: string): void {
    const kept = this.#kept.get(sessionId)
    if (this.#isStopped || kept === undefined || kept.ending !== undefined) return
    const { folder } = kept
    // Asked before the ending is looked for: a process that ends in between has written it by then.
    const isGone = this.#isGone(kept)
    const ending = folder.ending()
    if (ending !== undefined) this.#end(sessionId, ending)
    else if (isGone && kept.endBy !== undefined) this.#end(sessionId, success)
    else if (isGone) {
      this.#world.log.warn('The process of a session died', { sessionId, lastWords: folder.lastWords() })
      this.#end(sessionId, failure('The process of the session on the node died.'))
    }
  }
  #isGone({ folder, order, hasChild }: Kept): boolean {
    if (hasChild) return false
    const runner = folder.runner()
    return runner === undefined || !isSameBoot(order.boot, this.#world.boot) || !isAlive(runner)
  }

  #end(sessionId: string, ending: Ending): void {
    const kept = this.#kept.get(sessionId)
    if (kept === undefined) return
    kept.ending = ending
    this.#world.log.info('Session ended', { sessionId, status: ending.status, reason: ending.output })
    this.#tell(sessionId, kept)
  }

  #tell(sessionId: string, kept: Kept): void {
    if (kept.ending === undefined) return
    const task: AgentTaskComplete = {
      sessionId,
      topic: 'agent_task_complete',
      finalTaskStatus: kept.ending.status,
      isRoutingFailure: false,
      nodeId: this.#world.nodeId,
      output: kept.ending.output,
      s3Bucket: '',
      s3UrlSuffix: '',
      logGroup: '',
      logStream: '',
      retryNumber: kept.sends + 1,
    }
    if (!this.#world.sendTaskComplete(kept.order.taskMessageId, encodeAgentTaskComplete(task))) return
    kept.sends++
    kept.sentAt = this.#world.clock.ticks()
  }
}

function keep(folder: SessionFolder, order: SessionOrder): Kept {
  return {
    folder,
    order,
    hasChild: false,
    endBy: undefined,
    ending: undefined,
    sends: 0,
    sentAt: Number.NEGATIVE_INFINITY,
  }
}

function signal(folder: SessionFolder, name: NodeJS.Signals): void {
  const runner = folder.runner()
  if (runner === undefined || !isAlive(runner)) return
  try {
    process.kill(runner.pid, name)
  } catch {
    // It has ended by itself.
  }
}
