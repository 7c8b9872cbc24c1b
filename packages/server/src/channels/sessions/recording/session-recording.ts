import type { Clock } from '../../../domain/clock.ts'
import type { Recording, RecordingEnd } from '../../../domain/recording.ts'
import type { RecordedSoFar, RecordingAppender } from '../../../domain/recording-files.ts'
import type { RecordableFrame, SessionRecorder } from '../../../domain/session-recorders.ts'
import type { Counters, Logger } from '../../../domain/telemetry.ts'
import { FrameOrder, type OrderedFrames } from './frame-order.ts'
import { type PendingBudget, PendingEvents } from './pending-events.ts'
import { eventsOfClient, eventsOfNode, isShown, note } from './recorded-events.ts'
import { ShownFrames } from './shown-frames.ts'

/** After a restart, how long the frames are waited for that may have been seen before it and will not come again. */
const missedWithinMs = 1_000
const tryAgainMs = 1_000
/** A session that has ended while its recording cannot be written is given up after so many tries. */
const mostLastTries = 60
const syncAfterMs = 5_000
/** In one write. */
const mostWritten = 512 * 1024

/** A recording that was begun, now or before a restart. */
export interface BegunRecording {
  readonly recording: Recording
  readonly appender: RecordingAppender
  /** It was begun by an earlier process. */
  readonly isOld: boolean
}

export interface SessionRecordingParts {
  readonly sessionId: string
  /** Frames of the session may have passed before this process. */
  readonly isRebuilt: boolean
  readonly mostBytes: number
  readonly budget: PendingBudget
  readonly clock: Clock
  readonly log: Logger
  readonly counters: Counters
  /** Finds the recording or makes it, in the store and on disk; asked again when it fails. */
  begin(startedAt: Date): Promise<BegunRecording>
  /** Writes down that it has ended. */
  end(end: RecordingEnd): Promise<void>
  /** It is all written, or given up. */
  over(): void
}

/**
 * Records one session: what comes in one turn of the event loop, or while the last write is under way, is put in order and
 * written together, and only then may be shown. A disk that is full or slow costs the recording what does not fit in memory,
 * and the session a second.
 */
export class SessionRecording implements SessionRecorder {
  readonly #parts: SessionRecordingParts
  readonly #pending: PendingEvents
  readonly #shown: ShownFrames
  /** What came before the recording was begun. */
  #early: { readonly side: 'node' | 'client'; readonly frame: RecordableFrame; readonly at: number }[] = []
  #begun: (BegunRecording & { readonly startedMs: number }) | undefined
  #firstAt: number | undefined
  /** Some frames may never come here, although their receiver has them. */
  #mayMiss = false
  /** The first of them that is waited for. */
  #missed: number | undefined
  #order: Readonly<Record<'node' | 'client', FrameOrder>>
  #lastMs = 0
  #isWorking = false
  #isFailing = false
  #isDirty = false
  /** The last sync has failed. */
  #isUnsynced = false
  #isSyncDue = false
  #syncing: Promise<void> | undefined
  #isSlowTold = false
  /** There will be a turn when this one of the event loop is over. */
  #isTurnComing = false
  #stage: 'going' | 'ending' | 'closing' | 'over' = 'going'
  #endedAt: Date | undefined
  #lastTries = 0
  readonly #callOff = { retry: () => {}, sync: () => {}, missed: () => {} }
  readonly #settled = Promise.withResolvers<void>()

  onKept = () => {}

  constructor(parts: SessionRecordingParts) {
    this.#parts = parts
    this.#pending = new PendingEvents(parts)
    this.#shown = new ShownFrames({
      clock: parts.clock,
      onKept: () => this.onKept(),
      onImpatient: () => this.#slow(),
    })
    const from = parts.isRebuilt ? undefined : 0
    this.#order = { node: new FrameOrder(from), client: new FrameOrder(from) }
  }

  saw(side: 'node' | 'client', frame: RecordableFrame): void {
    if (this.#stage !== 'going' || this.#pending.isCut) return
    const at = this.#parts.clock.now().getTime()
    this.#firstAt ??= at
    if (this.#begun === undefined) {
      if (this.#pending.reserve(frame.payload.length)) this.#early.push({ side, frame, at })
      else this.#mayMiss = true
    } else this.#take(side, frame, at)
    this.#turnSoon()
  }

  mayBeShown({ sequenceNumber, payloadType }: Pick<RecordableFrame, 'sequenceNumber' | 'payloadType'>): boolean {
    if (this.#stage !== 'going' || this.#pending.isCut || this.#pending.isFailing || !isShown(payloadType)) return true
    return this.#shown.mayBeShown(sequenceNumber)
  }

  /** Begins before anything has come: who was seen before comes back in the middle of much. */
  goOn(): void {
    this.#firstAt ??= this.#parts.clock.now().getTime()
    this.#turn()
  }

  ended(): void {
    if (this.#stage !== 'going') return
    this.#stage = 'ending'
    this.#endedAt = this.#parts.clock.now()
    this.#turn()
  }

  /** The server stops, the session goes on. Settles when all that can be written is. */
  close(): Promise<void> {
    if (this.#stage === 'over') return Promise.resolve()
    this.#stage = 'closing'
    this.#callOff.retry()
    this.#isFailing = false
    this.#turn()
    return this.#settled.promise
  }

  #take(side: 'node' | 'client', frame: RecordableFrame, at: number): void {
    const order = this.#order[side]
    this.#keep(side, order.take(frame), at)
    if (side === 'node' && this.#mayMiss) this.#waitForMissed()
  }

  /** From when it is missed, or frames that keep coming would put it off for ever; the next gap has its own time. */
  #waitForMissed(): void {
    const { isHolding, next } = this.#order.node
    const missed = isHolding ? next : undefined
    if (missed === this.#missed) return
    this.#missed = missed
    this.#callOff.missed()
    if (missed === undefined) return
    this.#callOff.missed = this.#parts.clock.after(missedWithinMs, () => {
      this.#giveUpMissed()
      this.#waitForMissed()
      this.#turn()
    })
  }

  /** One gap of each side. */
  #giveUpMissed(): void {
    for (const side of ['node', 'client'] as const)
      this.#keep(side, this.#order[side].giveUp(), this.#parts.clock.now().getTime())
  }

  #keep(side: 'node' | 'client', { frames, missing }: OrderedFrames, at: number): void {
    const { recording, startedMs } = this.#begun ?? {}
    if (recording === undefined || startedMs === undefined) return
    // A clock that was set back must not turn the recording back.
    this.#lastMs = Math.max(this.#lastMs, at - startedMs)
    const atMs = this.#lastMs
    if (missing > 0) this.#pending.add([note(`Some output is missing here: ${missing} frames`, atMs)])
    for (const frame of frames) {
      const events = side === 'node' ? eventsOfNode(frame, atMs) : eventsOfClient(frame, atMs, recording.hasInput)
      this.#pending.add(events)
    }
  }

  /** What one turn of the event loop brings is one write. */
  #turnSoon(): void {
    if (this.#isTurnComing) return
    this.#isTurnComing = true
    queueMicrotask(() => {
      this.#isTurnComing = false
      this.#turn()
    })
  }

  #turn(): void {
    if (this.#isWorking || this.#isFailing || this.#stage === 'over') return
    // What was not new, or had no room, is not to be waited for.
    if (this.#begun !== undefined && this.#pending.isEmpty) this.#shown.kept(this.#order.node.next)
    if (!this.#isDue) return
    this.#isWorking = true
    void this.#work()
  }

  get #isDue(): boolean {
    return this.#begun === undefined || this.#stage !== 'going' || this.#isSyncDue || !this.#pending.isEmpty
  }

  async #work(): Promise<void> {
    try {
      if (this.#begun === undefined) await this.#begin()
      await this.#write()
      if (this.#stage !== 'going') await this.#finish()
      else this.#recovered()
    } catch (error) {
      this.#failed(error)
    }
    this.#isWorking = false
    if (this.#begun !== undefined) this.#turn()
  }

  async #begin(): Promise<void> {
    if (this.#firstAt === undefined) return
    const begun = await this.#parts.begin(new Date(this.#firstAt))
    const { appender, isOld, recording } = begun
    this.#begun = { ...begun, startedMs: recording.startedAt.getTime() }
    this.#pending.goOn(appender.found)
    if (isOld) this.#goOn(appender.found)
    for (const { side, frame, at } of this.#early.splice(0)) {
      this.#pending.release(frame.payload.length)
      this.#take(side, frame, at)
    }
  }

  #goOn({ lastMs, lastOfNode }: RecordedSoFar): void {
    this.#mayMiss = true
    this.#lastMs = lastMs
    this.#order = { node: new FrameOrder(lastOfNode + 1), client: new FrameOrder(undefined) }
  }

  async #write(): Promise<void> {
    const { appender } = this.#begun ?? {}
    if (appender === undefined) return
    while (!this.#pending.isEmpty) {
      const batch = this.#pending.first(mostWritten)
      this.#shown.writing(this.#pending.end, this.#order.node.next)
      await appender.write(batch)
      this.#pending.written(batch)
      this.#recovered()
      this.#shown.written(this.#pending.start)
      this.#syncLater()
    }
    if (this.#isSyncDue) this.#sync(appender)
  }

  /** Beside the writes, which need not wait for it, and may go well where it does not. */
  #sync(appender: RecordingAppender): void {
    this.#isSyncDue = false
    this.#isDirty = false
    const syncing = appender.sync()
    this.#syncing = syncing
    syncing.then(
      () => {
        this.#isUnsynced = false
      },
      (error: unknown) => {
        // At the end it is awaited.
        if (this.#stage !== 'going') return
        if (this.#syncing === syncing) this.#syncing = undefined
        this.#syncFailed(error)
      },
    )
  }

  #syncFailed(error: unknown): void {
    const { log, sessionId } = this.#parts
    this.#countFailure()
    if (!this.#isUnsynced)
      log.error({ err: error, sessionId }, 'a recording cannot be synced to its disk; it is tried again')
    this.#isUnsynced = true
    this.#callOff.sync()
    this.#syncAfter(tryAgainMs)
  }

  #syncLater(): void {
    if (!this.#isDirty) this.#syncAfter(syncAfterMs)
  }

  #syncAfter(ms: number): void {
    this.#isDirty = true
    this.#callOff.sync = this.#parts.clock.after(ms, () => {
      this.#isSyncDue = true
      this.#turn()
    })
  }

  async #finish(): Promise<void> {
    while (this.#order.node.isHolding || this.#order.client.isHolding) this.#giveUpMissed()
    this.#pending.noteMissing(this.#lastMs)
    await this.#write()
    const syncing = this.#syncing
    this.#syncing = undefined
    await syncing
    await this.#begun?.appender.sync()
    if (this.#stage === 'ending' && this.#begun !== undefined) {
      const { bytes, lostBytes, isCut } = this.#pending
      await this.#parts.end({ endedAt: this.#endedAt, bytes, lostBytes, isCut, refusal: undefined })
    }
    this.#over()
  }

  #recovered(): void {
    if (!this.#pending.isFailing) return
    this.#pending.isFailing = false
    const { log, sessionId } = this.#parts
    log.info({ sessionId, lostBytes: this.#pending.lostBytes }, 'a recording is written again')
  }

  #slow(): void {
    const { log, counters, sessionId } = this.#parts
    counters.add('fairlead_recording_delays_total', 'Times that output was shown before a slow disk had its recording')
    if (this.#isSlowTold) return
    this.#isSlowTold = true
    log.warn({ sessionId }, 'the disk is slow: at times a session is shown before it is recorded')
  }

  #failed(error: unknown): void {
    const { log, clock, sessionId } = this.#parts
    this.#countFailure()
    if (!this.#pending.isFailing) {
      this.#pending.isFailing = true
      log.error({ err: error, sessionId }, 'a recording cannot be written; the session goes on and it is tried again')
      this.#shown.release()
    }
    if (this.#stage === 'closing' || (this.#stage === 'ending' && ++this.#lastTries >= mostLastTries)) {
      const { bytes } = this.#pending.waiting
      log.error({ sessionId, lostBytes: bytes }, 'the end of a recording could not be written')
      this.#over()
      return
    }
    this.#isFailing = true
    this.#callOff.retry = clock.after(tryAgainMs, () => {
      this.#isFailing = false
      this.#turn()
    })
  }

  #countFailure(): void {
    this.#parts.counters.add(
      'fairlead_recording_failures_total',
      'Writes of recordings that failed and were tried again',
    )
  }

  #over(): void {
    this.#stage = 'over'
    for (const callOff of Object.values(this.#callOff)) callOff()
    this.#shown.close()
    for (const { frame } of this.#early.splice(0)) this.#pending.release(frame.payload.length)
    this.#pending.clear()
    this.#parts.over()
    this.#settled.resolve()
  }
}
