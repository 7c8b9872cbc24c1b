import assert from 'node:assert/strict'
import { StringDecoder } from 'node:string_decoder'
import { test } from 'node:test'
import { incompleteTail } from '@fairlead/wire/utf8-tail'
import fc from 'fast-check'
import { longestPayload, OutputBatch } from './output-batch.ts'

const never = () => () => undefined

test('whatever the pieces, frames are short enough, hold whole characters, and make up what came', () => {
  const pieces = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 60 })
  fc.assert(
    fc.property(pieces, fc.nat(7), (texts, seed) => {
      const bytes = Buffer.from(texts.join('').repeat(200))
      const frames: Uint8Array[] = []
      const batch = new OutputBatch(never, (frame) => frames.push(frame))
      for (let at = 0; at < bytes.length; at += 1000 + seed) batch.add(bytes.subarray(at, at + 1000 + seed))
      batch.flush()

      const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      for (const frame of frames) strict.decode(frame)
      assert.ok(frames.every(({ length }) => length > 0 && length <= longestPayload))
      assert.ok(Buffer.concat(frames).equals(bytes))
    }),
    { numRuns: 50 },
  )
})

test('bytes that are no characters come out as they came', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (pieces) => {
      const frames: Uint8Array[] = []
      const batch = new OutputBatch(never, (frame) => frames.push(frame))
      for (const piece of pieces) batch.add(piece)
      batch.flush()
      assert.ok(Buffer.concat(frames).equals(Buffer.concat(pieces)))
    }),
  )
})

test('the tail of a text cut anywhere is what a decoder would still wait for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(), (text, at) => {
      const bytes = Buffer.from(text)
      const end = at % (bytes.length + 1)
      const whole = new StringDecoder('utf8').write(bytes.subarray(0, end))
      const rest = end - Buffer.byteLength(whole)
      assert.equal(incompleteTail(bytes, end), rest)
    }),
  )
})
