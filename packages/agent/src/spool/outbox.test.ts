import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import type { Reply } from '../commands/reply.ts'
import { createLog } from '../log.ts'
import { Outbox } from './outbox.ts'

function givenOutbox(t: TestContext) {
  const state = mkdtempSync(join(tmpdir(), 'fairlead-'))
  t.after(() => rmSync(state, { recursive: true }))
  const given = { isConnected: true, sent: [] as string[], received: [] as string[] }
  const hand = new ManualClock()
  const clock = {
    now: () => hand.now().getTime(),
    ticks: () => hand.ticks(),
    after: (ms: number, act: () => void) => hand.after(ms, act),
  }
  const open = () =>
    new Outbox(state, {
      clock,
      log: createLog(clock, 'error', () => undefined),
      resendAfterMs: 1_000,
      send: (reply) => {
        if (given.isConnected) given.sent.push(reply.messageId)
        return given.isConnected
      },
      onLastReceived: (commandId) => given.received.push(commandId),
    })
  return { given, open, hand, folder: join(state, 'spool') }
}

const reply = (messageId: string, isLast = false): Reply => ({
  job: { commandId: 'c', nodeId: 'mi-1' },
  messageId,
  payload: Buffer.from('{}'),
  isLast,
})

test('what was added without a channel is sent in its order, also by the next outbox', (t) => {
  const { given, open } = givenOutbox(t)
  given.isConnected = false
  const names = Array.from({ length: 12 }, (_, index) => `m${index}`)
  const outbox = open()
  for (const name of names) outbox.add(reply(name))
  given.isConnected = true

  open().resendAll()

  assert.deepEqual(given.sent, names)
})

test('an acknowledged reply leaves no file, and the last one ends its command', (t) => {
  const { given, open, folder } = givenOutbox(t)
  const outbox = open()
  outbox.add(reply('step'))
  outbox.add(reply('end', true))
  assert.equal(outbox.holdsLastOf('c'), true)

  outbox.acknowledge('step')
  assert.deepEqual(given.received, [])
  outbox.acknowledge('end')
  outbox.acknowledge('end')

  assert.deepEqual(given.received, ['c'])
  assert.deepEqual(readdirSync(folder), [])
  assert.equal(outbox.holdsLastOf('c'), false)
})

test('a file that was cut by power loss is dropped and no number is used twice', (t) => {
  const { given, open, folder } = givenOutbox(t)
  open().add(reply('whole'))
  writeFileSync(join(folder, '000000000007.json'), '{"job":')

  const outbox = open()
  outbox.add(reply('next'))
  outbox.resendAll()

  assert.deepEqual(readdirSync(folder), ['000000000001.json', '000000000002.json'])
  assert.deepEqual(given.sent, ['whole', 'next', 'whole', 'next'])
})

test('what is not acknowledged is sent again after 1, 2 and 4 seconds, whoever sets the clock meanwhile', (t) => {
  const { given, open, hand } = givenOutbox(t)
  open().add(reply('m'))
  const sentAt: number[] = []
  for (const hours of [-1, 2, -3, 1, -1, 0, 5]) {
    hand.set(hours * 3_600_000)
    hand.advance(1_000)
    sentAt.push(given.sent.length)
  }
  assert.deepEqual(sentAt, [2, 2, 3, 3, 3, 3, 4])
})
