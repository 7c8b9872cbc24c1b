import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { castEnd, castLine, castStart } from './asciicast.ts'
import type { RecordedEvent } from './recorded-event.ts'

test('text is the same however its bytes were cut, and bytes that are no text are told', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
      ),
      fc.array(fc.nat({ max: 30 }), { maxLength: 8 }),
      (bytes, cuts) => {
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length]
        let state = castStart
        let text = ''
        const take = (line: string) => {
          for (const one of line.split('\n')) if (one !== '') text += JSON.parse(one)[2]
        }
        for (const [index, from] of places.entries()) {
          const event: RecordedEvent = {
            kind: 'output',
            atMs: 0,
            number: index,
            bytes: bytes.subarray(from, places[index + 1]),
          }
          if (index === places.length - 1) break
          const next = castLine(event, state)
          take(next.line)
          state = next.state
        }
        take(castEnd(0, state))

        assert.equal(text, bytes.toString())
      },
    ),
  )
})
