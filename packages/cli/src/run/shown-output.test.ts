import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ShownOutput } from './shown-output.ts'

const node = { nodeId: 'mi-1', name: 'web', status: 'Success', details: 'Success', exitCode: 0 }

test('what was shown and the rest are the whole, in whatever pieces it came', () => {
  const pieces = fc.array(fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(pieces, fc.string({ unit: 'grapheme' }), (came, rest) => {
      const shown = new ShownOutput()
      let offset = 0
      for (const text of came) {
        shown.add({ nodeId: 'mi-1', step: 'run', stream: 'stdout', offset, text, missed: 0 })
        offset += Buffer.byteLength(text)
      }
      const stdout = `${came.join('')}${rest}`
      const steps = [{ step: 'run', stdout, stderr: 'no' }]

      const left = shown.rest({ ...node, stdout, stderr: 'no', steps, isCut: false })

      assert.deepEqual(left, { stdout: rest, stderr: 'no', isPartial: false })
    }),
  )
})

test('an output of which more was shown than the server keeps is whole', () => {
  const shown = new ShownOutput()
  const outcome = {
    ...node,
    stdout: 'abc',
    stderr: '',
    steps: [{ step: 'run', stdout: 'abc', stderr: '' }],
    isCut: true,
  }
  assert.equal(shown.rest(outcome).isPartial, true)
  shown.add({ nodeId: 'mi-1', step: 'run', stream: 'stdout', offset: 0, text: 'abcdef', missed: 0 })

  assert.deepEqual(shown.rest(outcome), { stdout: '', stderr: '', isPartial: false })
  shown.add({ nodeId: 'mi-1', step: 'run', stream: 'stdout', offset: 6, text: '--output truncated--', missed: 0 })
  assert.equal(shown.rest(outcome).isPartial, true)
})
