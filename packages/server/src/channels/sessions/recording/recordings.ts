import { asObject, MessageError } from '@fairlead/wire/message-members'
import { decodeSessionContent } from '@fairlead/wire/session-message'
import type { Clock } from '../../../domain/clock.ts'
import { isRecordable, type Recording } from '../../../domain/recording.ts'
import type {
  RecordedMember,
  RecordingFiles,
  RecordingPlace,
  RecordingReader,
} from '../../../domain/recording-files.ts'
import { isEnded, type Session } from '../../../domain/session.ts'
import type { SessionRecorder, SessionRecorders } from '../../../domain/session-recorders.ts'
import { Sweep } from '../../../domain/sweep.ts'
import type { Counters, Logger } from '../../../domain/telemetry.ts'
import type { RecordingStore } from '../../../store/recording-store.ts'
import type { SessionStore } from '../../../store/session-store.ts'
import type { Vault } from '../../../store/vault.ts'
import type { PendingBudget } from './pending-events.ts'
import { recordingKey, sealedRecordingKey } from './recording-key.ts'
import { type BegunRecording, SessionRecording } from './session-recording.ts'

/** Of what a session says and, if asked for, is told. */
const mostBytesOfSession = 64 * 1024 * 1024
const sweepEveryMs = 60 * 60_000
const dayMs = 24 * 60 * 60_000
/** In one step of a sweep. */
const pageSize = 100

/** What an operator may say of recordings. */
export interface RecordingSettings {
  readonly isOn: boolean
  /** Whether what people type is recorded too. */
  readonly hasInput: boolean
  /** How many days after it began a recording is kept. */
  readonly keptDays: number
  /** Default: 64 MiB. */
  readonly mostBytes?: number
}

export interface RecordingsParts {
  readonly settings: RecordingSettings
  readonly recordings: RecordingStore
  readonly sessions: SessionStore
  readonly files: RecordingFiles
  readonly vault: Vault
  readonly clock: Clock
  readonly newId: () => string
  readonly randomBytes: (length: number) => Uint8Array
  readonly log: Logger
  readonly counters: Counters
}

/** The recordings of all sessions that go on; what is left of earlier processes is finished, what is too old goes. */
export class Recordings implements SessionRecorders, RecordingReader {
  readonly #parts: RecordingsParts
  readonly #going = new Map<string, SessionRecording>()
  readonly #budget: PendingBudget = { bytes: 0 }
  readonly #sweep: Sweep

  constructor(parts: RecordingsParts) {
    this.#parts = parts
    const round = async () => {
      await this.#finishOthers()
      await this.#dropOld()
    }
    this.#sweep = new Sweep({ ...parts, everyMs: sweepEveryMs, what: 'recordings', round })
    const { counters } = parts
    counters.gauge('fairlead_recordings', 'Sessions that are being recorded', () => this.#going.size)
    counters.gauge('fairlead_recordings_waiting_bytes', 'Of recordings, for the disk', () => this.#budget.bytes)
  }

  get isRecording(): boolean {
    return this.#parts.settings.isOn
  }

  recorderOf(session: Session): SessionRecorder | undefined {
    const { settings, clock, log, counters, recordings } = this.#parts
    // One that was begun because it would be recorded goes on being so, whatever is said meanwhile.
    const isWanted = settings.isOn || session.logTargets !== undefined
    if (!isWanted || this.#sweep.isClosed || !isRecordable(session)) return undefined
    if (isEncrypted(session)) return this.#refuser(session)
    const { sessionId } = session
    const isRebuilt = session.state !== 'Connecting'
    const recording = new SessionRecording({
      sessionId,
      isRebuilt,
      mostBytes: settings.mostBytes ?? mostBytesOfSession,
      budget: this.#budget,
      clock,
      log,
      counters,
      begin: (startedAt) => this.#begin(session, startedAt),
      end: (end) => recordings.endRecording(sessionId, end),
      over: () => {
        if (this.#going.get(sessionId) === recording) this.#going.delete(sessionId)
      },
    })
    this.#going.set(sessionId, recording)
    if (isRebuilt) recording.goOn()
    return recording
  }

  read(recording: Recording, from: RecordingPlace): AsyncGenerator<RecordedMember> {
    const { files, vault } = this.#parts
    return files.read(recording.file, recordingKey(recording, vault), from)
  }

  start(): void {
    this.#sweep.start()
  }

  /** Sessions go on in the next server. Settles when what was seen of them is on disk, if the disk takes it. */
  async close(): Promise<void> {
    // It is not waited for: what it does may be done by the next server.
    void this.#sweep.close()
    await Promise.all([...this.#going.values()].map((recording) => recording.close()))
  }

  async #begin(session: Session, startedAt: Date): Promise<BegunRecording> {
    const { recordings, files, vault } = this.#parts
    const isAdded = await recordings.addRecording(this.#newRecording(session, startedAt))
    const recording = await recordings.findRecording(session.sessionId)
    if (recording === undefined) throw new Error(`the recording of ${session.sessionId} is gone`)
    const appender = await files.append(recording.file, recordingKey(recording, vault))
    return { recording, appender, isOld: !isAdded }
  }

  #newRecording(session: Session, startedAt: Date): Recording {
    const { sessionId, nodeId, ownerArn, ownerUserId, ownerName, documentName, sessionType, tags } = session
    const { settings, newId, randomBytes, vault } = this.#parts
    return {
      sessionId,
      nodeId,
      ownerArn,
      ownerUserId,
      ownerName,
      documentName,
      sessionType,
      tags,
      startedAt,
      file: newId(),
      sealedKey: sealedRecordingKey(sessionId, randomBytes, vault),
      hasInput: settings.hasInput,
      bytes: 0,
      lostBytes: 0,
      isCut: false,
    }
  }

  /** Writes down that there is no recording, once there would be something to record. */
  #refuser(session: Session): SessionRecorder {
    const { recordings, clock, log } = this.#parts
    let isWritten = false
    return {
      onKept: () => {},
      mayBeShown: () => true,
      saw: () => {
        if (isWritten) return
        isWritten = true
        const recording = this.#newRecording(session, clock.now())
        recordings.addRecording({ ...recording, refusal: 'KmsEncrypted' }).catch((error: unknown) => {
          log.error({ err: error, sessionId: session.sessionId }, 'that a session is not recorded could not be kept')
        })
      },
      // The sweep ends it.
      ended: () => {},
    }
  }

  /** Recordings of sessions that have ended without a process of ours to write that down. */
  async #finishOthers(): Promise<void> {
    const { recordings, sessions } = this.#parts
    let after: string | undefined
    do {
      const page = await recordings.openRecordings({ limit: pageSize, after })
      for (const recording of page.items) {
        if (this.#sweep.isClosed) return
        if (this.#going.has(recording.sessionId)) continue
        const session = await sessions.findSession(recording.sessionId)
        if (session === undefined || isEnded(session)) await this.#finish(recording, session?.endedAt)
      }
      after = page.next
    } while (after !== undefined)
  }

  async #finish(recording: Recording, endedAt: Date | undefined): Promise<void> {
    const { files, vault, recordings } = this.#parts
    const { sessionId, file, startedAt, refusal } = recording
    const { bytes, lostBytes, lastMs, isCut } = (await files.append(file, recordingKey(recording, vault))).found
    const lastAt = new Date(startedAt.getTime() + lastMs)
    await recordings.endRecording(sessionId, { endedAt: endedAt ?? lastAt, bytes, lostBytes, isCut, refusal })
  }

  async #dropOld(): Promise<void> {
    const { recordings, files, clock, settings } = this.#parts
    const before = new Date(clock.now().getTime() - settings.keptDays * dayMs)
    let found: readonly Recording[]
    do {
      found = await recordings.oldRecordings(before, pageSize)
      for (const { sessionId, file } of found) {
        if (this.#sweep.isClosed) return
        // The file first: a row without a file is tried again, a file without a row would stay for ever.
        await files.remove(file)
        await recordings.removeRecording(sessionId)
      }
    } while (found.length === pageSize)
  }
}

/** The two ends encrypt what passes here when the node is told of a key. */
function isEncrypted({ agentContent }: Session): boolean {
  try {
    const { documentContent } = decodeSessionContent(agentContent)
    return Boolean(asObject(documentContent['inputs'] ?? {}, 'inputs')['kmsKeyId'])
  } catch (error) {
    // Then the agent will not begin it either.
    if (error instanceof MessageError) return true
    throw error
  }
}
