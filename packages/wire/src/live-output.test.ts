import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decodeAgentJobOutput,
  decodeAgentJobOutputAck,
  decodeAgentJobWatch,
  encodeAgentJobOutput,
  encodeAgentJobOutputAck,
  encodeAgentJobWatch,
} from './live-output.ts'
import { MessageError } from './message-members.ts'

const record = <T>(arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(arbitraries, { noNullPrototype: true })
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/)
const job = { commandId: id, nodeId: id }
const position = fc.maxSafeNat()
const step = fc.nat(999)
const from = fc.option(record({ step, stdout: position, stderr: position }), { nil: undefined })

test('what the server says of a watch is read as it was written', () => {
  fc.assert(
    fc.property(record({ ...job, from }), record({ ...job, taken: position }), (watch, ack) => {
      assert.deepEqual(decodeAgentJobWatch(encodeAgentJobWatch(watch)), watch)
      assert.deepEqual(decodeAgentJobOutputAck(encodeAgentJobOutputAck(ack)), ack)
    }),
  )
})

test('output is read as it was written, whatever bytes it has', () => {
  const output = record({
    ...job,
    step,
    stepName: fc.string({ minLength: 1, maxLength: 128, unit: 'grapheme' }).filter((name) => name.length <= 512),
    plugin: fc.constantFrom('aws:runShellScript', ''),
    stream: fc.constantFrom('stdout' as const, 'stderr' as const),
    offset: position,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 100 }),
  })
  const end = record({ ...job, end: fc.constantFrom('sent' as const, 'unknown' as const) })
  fc.assert(
    fc.property(fc.oneof(output, end), (told) => {
      assert.deepEqual(decodeAgentJobOutput(encodeAgentJobOutput(told)), told)
    }),
  )
})

test('bytes that are no output are refused, and never more than that', () => {
  const key = { commandId: 'c', nodeId: 'n' }
  const whole = encodeAgentJobOutput({
    ...key,
    step: 0,
    stepName: 's',
    plugin: 'p',
    stream: 'stdout',
    offset: 0,
    bytes: new Uint8Array(1),
  })
  const head = whole.subarray(0, whole.length - 1)
  const tooLong = Buffer.concat([head, new Uint8Array(32 * 1024 + 1)])
  for (const wrong of [head, head.subarray(0, 20), tooLong]) {
    assert.throws(() => decodeAgentJobOutput(wrong), MessageError)
  }
  const far = Buffer.from(Buffer.from(whole).toString().replace('"Step":0', '"Step":1000'))
  assert.throws(() => decodeAgentJobOutput(far), /Step must be less/)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const decode of [decodeAgentJobOutput, decodeAgentJobWatch, decodeAgentJobOutputAck]) {
        try {
          decode(bytes)
        } catch (error) {
          assert.ok(error instanceof MessageError)
        }
      }
    }),
  )
})
