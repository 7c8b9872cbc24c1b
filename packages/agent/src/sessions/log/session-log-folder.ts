import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../disk/durable-file.ts'
import { openLogFile } from './log-file.ts'
import { logStepBytes } from './log-writer.ts'
import { SessionLog, type SessionLogWorld } from './session-log.ts'

const mebibyte = 1024 * 1024

export interface SessionLogLimits {
  readonly mostBytesOfOne: number
  readonly mostBytesOfAll: number
}

export const usualLogLimits: SessionLogLimits = { mostBytesOfOne: 64 * mebibyte, mostBytesOfAll: 1024 * mebibyte }

interface Kept {
  readonly path: string
  readonly bytes: number
  readonly changedAt: number
  /** Its session may go on. */
  readonly isOpen: boolean
}

/** `STATE_DIR/session-logs`: a file for each session whose output only the node and the client can read. */
export class SessionLogFolder {
  readonly #path: string
  readonly #sessions: string
  readonly #limits: SessionLogLimits

  constructor(stateDirectory: string, limits: SessionLogLimits = usualLogLimits) {
    this.#path = join(stateDirectory, 'session-logs')
    this.#sessions = join(stateDirectory, 'sessions')
    this.#limits = limits
  }

  /** Begins the log of a session. Throws when there is no room for it or the disk refuses. */
  begin(sessionId: string, nodeId: string, world: SessionLogWorld): SessionLog {
    mkdirSync(this.#path, { recursive: true, mode: 0o700 })
    if (!this.#makeRoom()) throw new Error(`the logs of sessions that go on fill ${this.#path}`)
    return new SessionLog({
      file: openLogFile(join(this.#path, `${sessionId}.cast`)),
      title: `${sessionId} on ${nodeId}`,
      world,
      mostBytes: this.#limits.mostBytesOfOne,
      hasRoom: () => this.#makeRoom(),
    })
  }

  /** Removes logs of sessions that have ended and were last written before then, in milliseconds since the epoch. */
  sweep(before: number): void {
    for (const { path, changedAt, isOpen } of this.#all()) {
      if (!isOpen && changedAt < before) rmSync(path, { force: true })
    }
  }

  /** Room for another step: the oldest logs of sessions that have ended go first. False when there is none. */
  #makeRoom(): boolean {
    const all = this.#all()
    let bytes = all.reduce((sum, one) => sum + one.bytes, 0)
    const old = all.filter(({ isOpen }) => !isOpen).sort((one, other) => one.changedAt - other.changedAt)
    for (const one of old) {
      if (bytes + logStepBytes <= this.#limits.mostBytesOfAll) break
      rmSync(one.path, { force: true })
      bytes -= one.bytes
    }
    return bytes + logStepBytes <= this.#limits.mostBytesOfAll
  }

  #all(): readonly Kept[] {
    return names(this.#path).flatMap((name) => {
      const path = join(this.#path, name)
      // Another session may just have made room.
      const found = statSync(path, { throwIfNoEntry: false })
      // The folder of a session is there until the server knows of its end.
      const isOpen = existsSync(join(this.#sessions, name.replace(/\.cast$/, '')))
      return found === undefined ? [] : [{ path, bytes: found.size, changedAt: found.mtimeMs, isOpen }]
    })
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}
