import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FarTalk } from './far-talk.ts'

const mark = '0123456789abcdef'

function listen() {
  const heard = { words: [] as readonly string[], content: [] as Buffer[], status: -1, text: '' }
  const talk = new FarTalk(mark, {
    onReady: (words) => {
      heard.words = words
    },
    onContent: (bytes) => heard.content.push(Buffer.from(bytes)),
    onEnd: (status, text) => Object.assign(heard, { status, text }),
  })
  return { heard, talk }
}

test('whatever is sent and wherever it is cut, it is heard as it was said', () => {
  const content = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(Buffer.from(`E${mark.slice(0, 9)} E0`)))
  fc.assert(
    fc.property(content, fc.string(), fc.nat(255), fc.integer({ min: 1, max: 50 }), (bytes, text, status, cut) => {
      const { heard, talk } = listen()
      const complaint = Buffer.from(text)
      const said = Buffer.concat([
        Buffer.from(`Welcome!\r\nR${mark} f 12\n`),
        bytes,
        Buffer.from(`E${mark} ${status} ${complaint.length}\n`),
        complaint,
        Buffer.from('what comes later'),
      ])
      for (let at = 0; at < said.length; at += cut) talk.take(said.subarray(at, at + cut))
      assert.deepEqual(heard.words, ['f', '12'])
      assert.ok(Buffer.concat(heard.content).equals(Buffer.from(bytes)))
      assert.equal(heard.status, status)
      assert.equal(heard.text, text)
    }),
  )
})

test('what a node says in place of the script is kept to be told', () => {
  const { heard, talk } = listen()
  talk.take(Buffer.from(`${'x'.repeat(5_000)}sh: stty: not found`))
  talk.take(Buffer.from('\r\n'.repeat(10)))
  assert.match(talk.junk, /stty: not found/)
  assert.ok(talk.junk.length < 3_000)
  assert.equal(heard.status, -1)
})

test('a line that never ends and a status that is none end the talk as failed', () => {
  for (const said of [
    `R${mark} ${'x'.repeat(9_999)}`,
    `R${mark} f\nE${mark} ${'1'.repeat(999)}`,
    `R${mark} f\nE${mark} no\n`,
  ]) {
    const { heard, talk } = listen()
    talk.take(Buffer.from(said))
    assert.equal(heard.status, 1, said.slice(0, 40))
  }
})
