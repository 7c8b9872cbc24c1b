import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turnOver } from 'node:timers/promises'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { payloadTypes } from '@fairlead/wire/session-message'
import type { RecordedEvent } from '../../../domain/recorded-event.ts'
import type { Recording } from '../../../domain/recording.ts'
import { SessionRecording } from './session-recording.ts'

/** A disk that takes what it is given when the test says so. */
class HeldDisk {
  readonly found
  readonly written: string[] = []
  isFull = false
  /** What a write, and a sync, wait for. */
  writing: Promise<void> = Promise.resolve()
  syncing: Promise<void> = Promise.resolve()
  cannotSync = false
  syncs = 0

  constructor(lastOfNode: number) {
    this.found = { bytes: 0, lostBytes: 0, lastMs: 0, lastOfNode, lastOfClient: -1, isCut: false }
  }

  async write(events: readonly RecordedEvent[]): Promise<void> {
    await this.writing
    if (this.isFull) throw new Error('no space left on device')
    this.written.push(Buffer.concat(events.map(({ bytes }) => bytes)).toString())
  }

  async sync(): Promise<void> {
    this.syncs++
    await this.syncing
    if (this.cannotSync) throw new Error('input/output error')
  }
}

interface Settings {
  readonly isOld?: boolean
  readonly lastOfNode?: number
  readonly begin?: Promise<void>
  /** So often it cannot be begun. */
  readonly refusals?: number
}

function given({ isOld = false, lastOfNode = -1, begin = Promise.resolve(), refusals = 0 }: Settings = {}) {
  let begins = 0
  const clock = new ManualClock()
  const disk = new HeldDisk(lastOfNode)
  const said: string[] = []
  const log = { debug() {}, info() {}, warn: note, error: note }
  function note(_fields: object, message: string): void {
    said.push(message)
  }
  const recording = new SessionRecording({
    sessionId: 'root-1',
    isRebuilt: isOld,
    mostBytes: 1024 * 1024,
    budget: { bytes: 0 },
    clock,
    log,
    counters: { add() {}, gauge() {} },
    begin: async (startedAt) => {
      await begin
      if (begins++ < refusals) throw new Error('too many open files')
      return { recording: { startedAt, hasInput: false } as Recording, appender: disk, isOld }
    },
    end: async () => {},
    over: () => {},
  })
  const waiting: number[] = []
  const shown: number[] = []
  // As the relay does it: one after the other.
  const show = () => {
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      if (!recording.mayBeShown({ sequenceNumber: next, payloadType: payloadTypes.output })) return
      shown.push(next)
      waiting.shift()
    }
  }
  recording.onKept = show
  const say = (sequenceNumber: number) => {
    recording.saw('node', {
      sequenceNumber,
      payloadType: payloadTypes.output,
      payload: Buffer.from(`${sequenceNumber};`),
    })
    waiting.push(sequenceNumber)
    show()
  }
  return { recording, clock, disk, said, shown, say }
}

test('frames of one turn are one write, and shown after it', async () => {
  const { disk, shown, say } = given()
  say(0)
  await turnOver()
  for (const number of [1, 2, 3]) say(number)
  assert.deepEqual([disk.written, shown], [['0;'], [0]])

  await turnOver()
  assert.deepEqual(
    [disk.written, shown],
    [
      ['0;', '1;2;3;'],
      [0, 1, 2, 3],
    ],
  )
})

for (const isOld of [false, true]) {
  test(`what comes before a recording ${isOld ? 'goes on' : 'begins'} is not shown before it is written`, async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { recording, disk, shown, say } = given({ isOld, lastOfNode: isOld ? 4 : -1, begin: promise })
    if (isOld) recording.goOn()
    const first = isOld ? 5 : 0
    say(first)
    say(first + 1)
    await turnOver()
    assert.deepEqual(shown, [])

    resolve()
    await turnOver()
    assert.deepEqual(disk.written, [`${first};${first + 1};`])
    assert.deepEqual(shown, [first, first + 1])
  })
}

test('what comes while a write is under way is shown after its own', async () => {
  const { disk, shown, say } = given()
  say(0)
  await turnOver()
  const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  disk.writing = one.promise
  say(1)
  await turnOver()
  say(2)
  disk.writing = two.promise
  one.resolve()
  await turnOver()
  assert.deepEqual(
    [disk.written, shown],
    [
      ['0;', '1;'],
      [0, 1],
    ],
  )
  two.resolve()
  await turnOver()
  assert.deepEqual(shown, [0, 1, 2])
})

test('what a sync takes long for is written and shown meanwhile', async () => {
  const { disk, shown, say, clock } = given()
  const { promise, resolve } = Promise.withResolvers<void>()
  say(0)
  await turnOver()
  disk.syncing = promise
  clock.advance(5_000)
  say(1)
  await turnOver()
  assert.deepEqual(
    [disk.written, shown],
    [
      ['0;', '1;'],
      [0, 1],
    ],
  )
  resolve()
})

test('a sync that fails shows nothing before it is written, holds nothing up, and is tried again after a second', async () => {
  const { disk, shown, said, say, clock } = given()
  say(0)
  await turnOver()
  disk.cannotSync = true
  clock.advance(5_000)
  await turnOver()
  const { promise, resolve } = Promise.withResolvers<void>()
  disk.writing = promise
  say(1)
  await turnOver()
  assert.deepEqual(shown, [0])
  resolve()
  await turnOver()
  assert.deepEqual(
    [disk.written, shown],
    [
      ['0;', '1;'],
      [0, 1],
    ],
  )

  clock.advance(1_000)
  await turnOver()
  assert.equal(disk.syncs, 2)
  disk.cannotSync = false
  clock.advance(1_000)
  await turnOver()
  clock.advance(60_000)
  await turnOver()
  assert.equal(disk.syncs, 3, 'there is nothing more to be brought to the disk')
  assert.equal(said.length, 1, 'it is told once')
})

test('a recording that goes on at the second try shows nothing before it is written', async () => {
  const { recording, disk, shown, say, clock } = given({ isOld: true, lastOfNode: 4, refusals: 1 })
  recording.goOn()
  await turnOver()
  clock.advance(1_000)
  await turnOver()
  const { promise, resolve } = Promise.withResolvers<void>()
  disk.writing = promise
  say(5)
  await turnOver()
  assert.deepEqual(shown, [])
  resolve()
  await turnOver()
  assert.deepEqual([disk.written, shown], [['5;'], [5]])
})

test('what was written before, and is sent again, is shown at once', async () => {
  const { recording, disk, shown, say } = given({ isOld: true, lastOfNode: 4 })
  recording.goOn()
  await turnOver()
  say(3)
  say(4)
  assert.deepEqual([disk.written, shown], [[], [3, 4]])
})

test('a full disk holds nothing back', async () => {
  const { disk, shown, said, say, clock } = given()
  disk.isFull = true
  say(0)
  await turnOver()
  say(1)
  assert.deepEqual(shown, [0, 1])
  assert.equal(said.length, 1)

  disk.isFull = false
  clock.advance(1_000)
  await turnOver()
  say(2)
  assert.deepEqual([disk.written, shown], [['0;1;'], [0, 1]])
  await turnOver()
  assert.deepEqual(shown, [0, 1, 2])
})

test('a slow disk holds a session up for a second each time that it was caught up with, and is told once', async () => {
  const { disk, shown, said, say, clock } = given()
  const { promise, resolve } = Promise.withResolvers<void>()
  say(0)
  await turnOver()
  clock.advance(600)
  disk.writing = promise
  say(1)
  await turnOver()
  clock.advance(999)
  assert.deepEqual(shown, [0])
  clock.advance(1)
  assert.deepEqual(shown, [0, 1])
  say(2)
  assert.deepEqual(shown, [0, 1, 2])
  assert.deepEqual(said, ['the disk is slow: at times a session is shown before it is recorded'])

  resolve()
  await turnOver()
  const { promise: again } = Promise.withResolvers<void>()
  disk.writing = again
  say(3)
  await turnOver()
  assert.deepEqual(shown, [0, 1, 2])
  clock.advance(1_000)
  assert.deepEqual(shown, [0, 1, 2, 3])
  assert.equal(said.length, 1, 'it is told once')
})

test('frames that were seen and are not in the file are waited for a second, though more keep coming', async () => {
  const { recording, disk, shown, say, clock } = given({ isOld: true, lastOfNode: 4 })
  recording.goOn()
  await turnOver()
  for (let number = 7; number < 11; number++) {
    say(number)
    await turnOver()
    clock.advance(250)
  }
  await turnOver()
  assert.deepEqual(disk.written, ['Some output is missing here: 2 frames7;8;9;10;'])
  assert.deepEqual(shown, [7, 8, 9, 10])
})

test('each gap is waited for a second of its own', async () => {
  const { recording, disk, say, clock } = given({ isOld: true, lastOfNode: 4 })
  recording.goOn()
  await turnOver()
  say(6)
  clock.advance(600)
  say(8)
  say(5)
  clock.advance(600)
  say(10)
  say(7)
  clock.advance(600)
  say(9)
  await turnOver()
  assert.equal(disk.written.join(''), '5;6;7;8;9;10;')

  say(12)
  say(14)
  clock.advance(1_000)
  await turnOver()
  clock.advance(1_000)
  await turnOver()
  const missing = 'Some output is missing here: 1 frames'
  assert.equal(disk.written.join(''), `5;6;7;8;9;10;${missing}12;${missing}14;`)
})

test('at its end a recording has all that came, behind however many gaps', async () => {
  const { recording, disk, say } = given()
  say(0)
  await turnOver()
  for (const number of [2, 4, 6]) say(number)
  recording.ended()
  await turnOver()
  const missing = 'Some output is missing here: 1 frames'
  assert.equal(disk.written.join(''), `0;${missing}2;${missing}4;${missing}6;`)
})
