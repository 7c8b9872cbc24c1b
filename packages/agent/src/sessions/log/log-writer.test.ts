import assert from 'node:assert/strict'
import { test } from 'node:test'
import { payloadTypes } from '@fairlead/wire/session-message'
import fc from 'fast-check'
import { createLog } from '../../log.ts'
import { SessionLog } from './session-log.ts'

const mebibyte = 1024 * 1024

/** A log whose time stands still until `pass`, into a file that may refuse. */
function givenLog({ mostBytes = 64 * mebibyte, hasRoom = (): boolean => true } = {}) {
  let now = 0
  let alarms: (() => void)[] = []
  const said: string[] = []
  const disk = { text: '', isFull: false, appends: 0 }
  const clock = {
    now: () => now,
    ticks: () => now,
    after(_ms: number, act: () => void) {
      alarms.push(act)
      return () => {
        alarms = alarms.filter((one) => one !== act)
      }
    },
  }
  const file = {
    async append(text: string) {
      if (disk.isFull) throw new Error('ENOSPC: no space left on device')
      disk.appends++
      disk.text += text
    },
    close: async () => undefined,
  }
  const world = { clock, log: createLog(clock, 'info', (line) => said.push(line)), ticks: () => now }
  const log = new SessionLog({ file, title: 'me', world, mostBytes, hasRoom })
  return {
    log,
    disk,
    said,
    show: (bytes: Uint8Array | string) => log.sent(payloadTypes.output, Buffer.from(bytes)),
    /** Lets what waits be done, and what that has set off. */
    async pass() {
      now += 1000
      for (const alarm of alarms.splice(0)) alarm()
      await new Promise<void>((resolve) => setImmediate(resolve))
    },
    events: () => {
      const [, ...lines] = disk.text.trimEnd().split('\n')
      return lines.map((line) => JSON.parse(line) as [number, string, string])
    },
  }
}

test('bytes that are cut anywhere come out as the text that they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(20)), async (text, cuts) => {
      const { log, show, events } = givenLog()
      let bytes = Buffer.from(`x${text}`)
      for (const cut of cuts) {
        show(bytes.subarray(0, cut))
        bytes = bytes.subarray(cut)
      }
      show(bytes)
      await log.close()
      assert.equal(
        events()
          .map(([, , data]) => data)
          .join(''),
        `x${text}`,
      )
    }),
    { numRuns: 50 },
  )
})

test('little is gathered, much is written at once, and nothing is written twice', async () => {
  const { log, disk, show, pass, events } = givenLog()
  for (let key = 0; key < 10; key++) show('k')
  assert.equal(disk.appends, 0)
  await pass()
  assert.equal(disk.appends, 1)
  show('m'.repeat(100_000))
  await new Promise<void>((resolve) => setImmediate(resolve))
  assert.equal(disk.appends, 2)
  await log.close()
  assert.equal(events().length, 11)
})

test('a full disk is told once; what it did not take waits, and what does not fit is noted where it is missing', async () => {
  const { log, disk, said, show, pass, events } = givenLog()
  show('before')
  await pass()
  disk.isFull = true
  for (let piece = 0; piece < 60; piece++) show('x'.repeat(100_000))
  await pass()
  await pass()
  disk.isFull = false
  await pass()
  show('after')
  await log.close()

  assert.equal(said.filter((line) => line.includes('"error"')).length, 1)
  assert.equal(said.filter((line) => line.includes('is written again')).length, 1)
  const shown = events().flatMap(([, code, text]) => (code === 'o' ? [text] : []))
  const [note = ''] = events().flatMap(([, code, text]) => (code === 'm' ? [text] : []))
  const missing = Number(/^(\d+) bytes are missing here/.exec(note)?.[1])
  assert.ok(missing > mebibyte && missing < 3 * mebibyte, note)
  assert.equal(shown.join('').length, 'before'.length + 6_000_000 - missing + 'after'.length)
  assert.equal(events().at(-2)?.[1], 'm')
})

test('a log ends with a word at its longest length, or when the node has no more room', async () => {
  for (const [limits, why] of [
    [{ mostBytes: 1000 }, /longest length of 1000 bytes/],
    [{ hasRoom: () => false }, /the node keeps no more/],
  ] as const) {
    const { log, disk, show, pass, events } = givenLog(limits)
    show('seen')
    await pass()
    for (let piece = 0; piece < 90; piece++) {
      show('y'.repeat(100_000))
      await pass()
    }
    const { length } = disk.text
    show('more')
    await log.close()
    assert.equal(disk.text.length, length)
    const [, code, words = ''] = events().at(-1) ?? []
    assert.equal(code, 'm')
    assert.match(words, /^The log ends here: /)
    assert.match(words, why)
    assert.ok(length < 9 * mebibyte)
  }
})
