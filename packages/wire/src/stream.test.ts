import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Frame } from './frame.ts'
import { StreamReceiver } from './stream-receiver.ts'
import { StreamSender } from './stream-sender.ts'
import { StreamTimeout } from './stream-timeout.ts'

const roomy = { mostFrames: 1000, mostBytes: 1_000_000 }
const body = (sequenceNumber: number) => new TextEncoder().encode(`frame ${sequenceNumber}`)

function frameOf(sequenceNumber: number, payload = body(sequenceNumber)): Frame {
  return {
    messageType: 'output_stream_data',
    schemaVersion: 1,
    createdDate: 1,
    sequenceNumber,
    flags: 0,
    messageId: '5522ce6c-6a98-4aee-9cd7-466f93541577',
    payloadType: 1,
    payload,
  }
}
const add = (sender: StreamSender, count: number, now = 0) => {
  for (let more = 0; more < count; more++) sender.add(body, now)
}
const numbers = (frames: readonly Uint8Array[]) =>
  frames.map((bytes) => Number(new TextDecoder().decode(bytes).slice(6)))
const delivered = (receiver: StreamReceiver, sequenceNumber: number) =>
  receiver.receive(frameOf(sequenceNumber)).delivered.map((frame) => frame.sequenceNumber)

test('frames are numbered from 0, and one that could not be written leaves no gap', () => {
  const sender = new StreamSender(roomy)
  add(sender, 1)
  const failing = () => {
    throw new Error('no')
  }

  assert.throws(() => sender.add(failing, 0), /no/)
  add(sender, 1)

  assert.equal(sender.nextSequenceNumber, 2)
  assert.deepEqual(sender.waiting, { frames: 2, bytes: 14 })
})

test('a frame is due again 200 ms after it was sent, and not before', () => {
  const sender = new StreamSender(roomy)
  add(sender, 2, 1000)

  assert.deepEqual([sender.due(1199), sender.dueAt], [[], 1200])
  assert.deepEqual(numbers(sender.due(1200)), [0])
  assert.deepEqual([sender.due(1399), sender.dueAt], [[], 1400])
  assert.deepEqual(numbers(sender.due(1400)), [0])
})

test('nothing is due when everything has its receipt', () => {
  const sender = new StreamSender(roomy)
  add(sender, 2)

  assert.deepEqual([sender.acknowledge(1, 10), sender.acknowledge(0, 10)], [true, true])

  assert.deepEqual([sender.dueAt, sender.due(1e9), sender.waiting.bytes], [undefined, [], 0])
})

test('a receipt for what was never sent, or a second one, changes nothing', () => {
  const sender = new StreamSender(roomy)
  add(sender, 1)

  assert.deepEqual(
    [sender.acknowledge(1, 5), sender.acknowledge(-1, 5), sender.acknowledge(Number.NaN, 5)],
    [false, false, false],
  )
  assert.deepEqual([sender.acknowledge(0, 5), sender.acknowledge(0, 5)], [true, false])
  assert.equal(sender.nextSequenceNumber, 1)
})

test('a slow channel on which receipts keep coming is not filled with copies', () => {
  const sender = new StreamSender(roomy)
  add(sender, 40, 0)
  let copies = 0

  for (let now = 0; now < 4000; now += 10) {
    if (now % 100 === 0) sender.acknowledge(now / 100, now)
    copies += sender.due(now).length
  }

  assert.equal(copies, 0)
  assert.equal(sender.waiting.frames, 0)
})

test('what was lost with the oldest frame follows at once, one frame a receipt', () => {
  const sender = new StreamSender(roomy)
  add(sender, 4, 0)
  assert.deepEqual(numbers(sender.due(200)), [0])

  sender.acknowledge(0, 210)
  assert.deepEqual([numbers(sender.due(210)), sender.due(210)], [[1], []])
  sender.acknowledge(1, 220)
  assert.deepEqual(numbers(sender.due(220)), [2])
})

test('a frame whose receipt never comes does not keep those behind it from being sent again', () => {
  const sender = new StreamSender(roomy)
  add(sender, 3, 0)
  const sent = new Set<number>()

  for (let now = 0; now < 10_000; now += 100) for (const number of numbers(sender.due(now))) sent.add(number)

  assert.deepEqual([...sent], [0, 1, 2])
})

test('a new connection is given all that waits, in order', () => {
  const sender = new StreamSender(roomy)
  add(sender, 5, 0)
  sender.acknowledge(1, 50)

  assert.deepEqual(numbers(sender.reconnected(9000)), [0, 2, 3, 4])
  assert.deepEqual(sender.due(9099), [])
})

test('there is no room beyond either limit until receipts come', () => {
  const few = new StreamSender({ mostFrames: 2, mostBytes: 1_000_000 })
  const small = new StreamSender({ mostFrames: 1000, mostBytes: 8 })
  for (const sender of [few, small]) {
    add(sender, 2)
    assert.equal(sender.hasRoom, false)
    assert.throws(() => add(sender, 1), RangeError)
    sender.acknowledge(0, 1)
    assert.equal(sender.hasRoom, true)
    assert.equal(sender.nextSequenceNumber, 2)
  }
})

test('the wait follows the round trips, between 100 ms and a second', () => {
  const timeout = new StreamTimeout()
  assert.equal(timeout.waitMs, 200)
  timeout.observe(100)
  assert.equal(timeout.waitMs, 110)
  for (let more = 0; more < 50; more++) timeout.observe(300)
  assert.ok(timeout.waitMs > 300 && timeout.waitMs < 330, `${timeout.waitMs}`)
  for (let more = 0; more < 50; more++) timeout.observe(60_000)
  assert.equal(timeout.waitMs, 1000)
  for (let more = 0; more < 100; more++) timeout.observe(-1)
  assert.equal(timeout.waitMs, 100)
})

test('early frames are delivered in their turn, and once', () => {
  const receiver = new StreamReceiver(roomy)
  assert.deepEqual(delivered(receiver, 2), [])
  assert.deepEqual(delivered(receiver, 1), [])
  assert.deepEqual(delivered(receiver, 2), [])
  assert.deepEqual(delivered(receiver, 0), [0, 1, 2])
  assert.deepEqual(delivered(receiver, 1), [])
  assert.equal(receiver.expectedSequenceNumber, 3)
})

test('a frame that was seen is acknowledged again, and an early one without room is not', () => {
  const receiver = new StreamReceiver({ mostFrames: 2, mostBytes: 20 })
  const acknowledged = (sequenceNumber: number, payload = body(sequenceNumber)) =>
    receiver.receive(frameOf(sequenceNumber, payload)).acknowledge

  assert.deepEqual([acknowledged(0), acknowledged(0)], [true, true])
  assert.deepEqual([acknowledged(3, new Uint8Array(21)), acknowledged(3), acknowledged(3)], [false, true, true])
  assert.deepEqual([acknowledged(4), acknowledged(5)], [true, false])
  assert.deepEqual([acknowledged(1), acknowledged(2), acknowledged(5)], [true, true, true])
  assert.equal(receiver.expectedSequenceNumber, 6)
})

/** What the link does with the next thing on it: how often it arrives, and how late. */
const fate = fc.record({ copies: fc.constantFrom(0, 1, 1, 1, 2), delayMs: fc.constantFrom(0, 5, 5, 40, 700) })

interface Underway {
  readonly at: number
  readonly kind: 'frame' | 'receipt'
  readonly sequenceNumber: number
}

test('whatever a link loses, repeats or reorders for a while, all frames arrive once and in order', () => {
  const courses = fc.record({
    fates: fc.array(fate, { maxLength: 200, size: 'max' }),
    count: fc.integer({ min: 1, max: 40 }),
    room: fc.integer({ min: 1, max: 10 }),
    // Amazon's client does not: then a lost receipt keeps its place for ever.
    repeatsReceipts: fc.boolean(),
    drops: fc.uniqueArray(fc.nat(3000), { maxLength: 3 }),
  })

  fc.assert(
    fc.property(courses, ({ fates, count, room, repeatsReceipts, drops }) => {
      const mostFrames = repeatsReceipts ? room : count
      const sender = new StreamSender({ mostFrames, mostBytes: 10_000 })
      const receiver = new StreamReceiver({ mostFrames, mostBytes: 10_000 })
      const arrived: number[] = []
      let link: Underway[] = []
      let things = 0
      const carry = (now: number, kind: Underway['kind'], sequenceNumber: number) => {
        const { copies, delayMs } = fates[things++] ?? { copies: 1, delayMs: 5 }
        for (let copy = 0; copy < copies; copy++) link.push({ at: now + delayMs * (copy + 1), kind, sequenceNumber })
      }

      for (
        let now = 0;
        now < 120_000 && (arrived.length < count || (repeatsReceipts && sender.waiting.frames > 0));
        now += 5
      ) {
        const broken = drops.some((drop) => drop >= now && drop < now + 5)
        if (broken) link = []
        for (const bytes of broken ? sender.reconnected(now) : sender.due(now))
          carry(now, 'frame', numbers([bytes])[0] ?? 0)
        while (sender.hasRoom && sender.nextSequenceNumber < count) {
          carry(now, 'frame', sender.nextSequenceNumber)
          sender.add(body, now)
        }
        const here = link.filter((thing) => thing.at <= now)
        link = link.filter((thing) => thing.at > now)
        for (const { kind, sequenceNumber } of here) {
          if (kind === 'receipt') {
            sender.acknowledge(sequenceNumber, now)
            continue
          }
          const expected = receiver.expectedSequenceNumber
          const arrival = receiver.receive(frameOf(sequenceNumber))
          const isNew = sequenceNumber >= expected
          if (arrival.acknowledge && (isNew || repeatsReceipts)) carry(now, 'receipt', sequenceNumber)
          for (const frame of arrival.delivered) arrived.push(frame.sequenceNumber)
        }
      }

      assert.deepEqual(
        arrived,
        Array.from({ length: count }, (_, at) => at),
      )
      if (repeatsReceipts) assert.equal(sender.waiting.frames, 0)
    }),
    { numRuns: 200 },
  )
})

test('frames that a receiver could not take at first follow within round trips once it can', () => {
  const sender = new StreamSender(roomy)
  const receiver = new StreamReceiver(roomy)
  add(sender, 100, 0)
  let now = 0
  for (; now < 30_000; now += 10) sender.due(now)

  const ready = now
  for (; sender.waiting.frames > 0; now += 10) {
    assert.ok(now - ready < 5_000, `${sender.waiting.frames} frames wait after ${now - ready} ms`)
    for (const number of numbers(sender.due(now))) {
      receiver.receive(frameOf(number))
      sender.acknowledge(number, now + 10)
    }
  }

  assert.equal(receiver.expectedSequenceNumber, 100)
})
