import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createFirst, writeDurably, writeWhole } from '../disk/durable-file.ts'
import { readObject, readText } from '../disk/read-text.ts'
import { type ProcessIdentity, parseIdentity } from '../process/process-identity.ts'
import type { SessionOrder } from './session-order.ts'
import { type Ending, failure, success } from './stream/session-work.ts'

/**
 * What a session leaves on disk, for its own process and for whichever agent comes to look.
 *
 *   order.json    what was ordered, from before the process is started
 *   process       who runs it: made once, by the process itself, so a session runs once at most
 *   ending.json   how it ended
 *   log           what the process has to say to the operator
 *
 * The folder goes when the server has acknowledged the end.
 */
export class SessionFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Of the agent whose session it is. */
  get stateDirectory(): string {
    return join(this.path, '..', '..')
  }

  get logFile(): string {
    return join(this.path, 'log')
  }

  exists(): boolean {
    return existsSync(this.path)
  }

  order(): SessionOrder | undefined {
    const stored = readObject(join(this.path, 'order.json'))
    return isOrder(stored) ? stored : undefined
  }

  /** True for the first process that asks. */
  claim(): boolean {
    return createFirst(join(this.path, 'process'), readText('/proc/self/stat') ?? String(process.pid))
  }

  /** Undefined before the process has said who it is. */
  runner(): ProcessIdentity | undefined {
    return parseIdentity(readText(join(this.path, 'process')) ?? '', this.path)
  }

  saveEnding(ending: Ending): void {
    writeWhole(join(this.path, 'ending.json'), JSON.stringify(ending))
  }

  ending(): Ending | undefined {
    const stored = readObject(join(this.path, 'ending.json'))
    if (stored === undefined) return undefined
    return stored['status'] === 'Success' ? success : failure(String(stored['output'] ?? ''))
  }

  /** The end of what the process wrote to its log. */
  lastWords(): string {
    return (readText(this.logFile) ?? '').trim().slice(-1000)
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** The folders of all sessions of a node. */
export class SessionFolders {
  readonly #root: string

  constructor(stateDirectory: string) {
    this.#root = join(stateDirectory, 'sessions')
    mkdirSync(this.#root, { recursive: true, mode: 0o700 })
  }

  /** Makes the folder of a session and answers once its order would survive power loss. Undefined when it was there. */
  async create(order: SessionOrder): Promise<SessionFolder | undefined> {
    const path = join(this.#root, order.sessionId)
    if (mkdirSync(path, { recursive: true, mode: 0o700 }) === undefined) return undefined
    await writeDurably(join(path, 'order.json'), JSON.stringify(order))
    return new SessionFolder(path)
  }

  find(sessionId: string): SessionFolder {
    return new SessionFolder(join(this.#root, sessionId))
  }

  all(): readonly string[] {
    return readdirSync(this.#root)
  }
}

function isOrder(
  value: Readonly<Record<string, unknown>> | undefined,
): value is Readonly<Record<string, unknown>> & SessionOrder {
  if (value === undefined) return false
  const texts = ['sessionId', 'nodeId', 'region', 'endpoint', 'content', 'boot', 'taskMessageId']
  const numbers = ['pingEveryMs', 'reconnectCapMs']
  return (
    texts.every((name) => typeof value[name] === 'string') && numbers.every((name) => typeof value[name] === 'number')
  )
}
