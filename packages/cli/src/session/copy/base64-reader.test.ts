import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Base64Reader } from './base64-reader.ts'

test('bytes come back as they were, in whatever lines and pieces their text comes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 90 }),
      (bytes, line, piece) => {
        const text = Buffer.from(bytes)
          .toString('base64')
          .replace(new RegExp(`.{1,${line}}`, 'g'), '$&\r\n')
        const reader = new Base64Reader()
        const read: Buffer[] = []
        for (let at = 0; at < text.length; at += piece) read.push(reader.read(Buffer.from(text.slice(at, at + piece))))
        assert.deepEqual(Buffer.concat(read), Buffer.from(bytes))
      },
    ),
  )
})
