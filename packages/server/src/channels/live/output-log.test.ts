import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OutputPosition, outputStart } from '@fairlead/wire/control-message'
import fc from 'fast-check'
import type { LivePiece } from '../../domain/command-watches.ts'
import { OutputLog } from './output-log.ts'

const job = { commandId: 'c', nodeId: 'n', plugin: 'aws:runShellScript' }

/** Somebody who reads a log: what they got, and how much they were told is missing, by step and stream. */
class Reader {
  position: OutputPosition = outputStart
  readonly got = new Map<string, { text: string; missed: number }>()

  read(log: OutputLog, most: number): void {
    const { pieces, next } = log.after(this.position, most)
    assert.equal(pieces.length > 0, log.hasAfter(this.position))
    for (const piece of pieces) this.#add(piece)
    this.position = next
  }

  #add({ stepName, stream, offset, bytes, missed }: LivePiece): void {
    const key = `${stepName} ${stream}`
    const { text = '', missed: before = 0 } = this.got.get(key) ?? {}
    assert.equal(offset, text.length + before + missed, 'what is missing stands where it is missing')
    this.got.set(key, { text: text + Buffer.from(bytes).toString(), missed: before + missed })
  }
}

const action = fc.record({
  kind: fc.constantFrom('send', 'send', 'send', 'next-step', 'again', 'fast', 'slow'),
  stream: fc.constantFrom('stdout' as const, 'stderr' as const),
  length: fc.integer({ min: 1, max: 30_000 }),
})

test('a reader gets what was sent in order, or is told how much is missing; one who keeps up misses nothing', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const log = new OutputLog(outputStart)
      const sent = new Map<string, string>()
      const [fast, slow] = [new Reader(), new Reader()]
      let step = 0
      for (const { kind, stream, length } of actions) {
        const key = `s${step} ${stream}`
        const known = sent.get(key) ?? ''
        if (kind === 'next-step') step++
        else if (kind === 'slow') slow.read(log, length)
        else if (kind === 'again' && known !== '') {
          const bytes = Buffer.from(known.slice(-length))
          log.append({ ...job, step, stepName: `s${step}`, stream, offset: known.length - bytes.length, bytes })
        } else if (kind === 'send') {
          const text = `${known.length},`.repeat(length).slice(0, length)
          log.append({ ...job, step, stepName: `s${step}`, stream, offset: known.length, bytes: Buffer.from(text) })
          sent.set(key, known + text)
        }
        fast.read(log, 1)
        while (log.hasAfter(fast.position)) fast.read(log, 1)
        assert.equal(log.receivedUntil(fast.position), log.received)
      }
      while (log.hasAfter(slow.position)) slow.read(log, 10_000)
      for (const [key, text] of sent) {
        assert.deepEqual(fast.got.get(key), { text, missed: 0 })
        const { text: got = '', missed = 0 } = slow.got.get(key) ?? {}
        assert.equal(got.length + missed, text.length, key)
      }
    }),
    { numRuns: 60 },
  )
})

test('an agent that sends more than it may takes no more room than others, whatever the size of the pieces', () => {
  for (const [length = 0, count = 0] of [
    [1, 3_000],
    [32 * 1024, 20],
  ]) {
    const log = new OutputLog(outputStart)
    for (let offset = 0; offset < count * length; offset += length) {
      log.append({ ...job, step: 0, stepName: 's', stream: 'stdout', offset, bytes: new Uint8Array(length) })
    }
    const { pieces } = log.after(outputStart, Number.POSITIVE_INFINITY)
    const kept = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0)
    assert.equal(kept, Math.min(1_024 * length, 128 * 1024))
    assert.equal(pieces[0]?.missed, count * length - kept)
  }
})
