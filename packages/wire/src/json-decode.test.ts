import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codecs } from './codec.ts'
import { jsonDecoders } from './json-decode.ts'
import { jsonEncoders } from './json-encode.ts'
import { serviceModel } from './service-models.ts'
import { shapesOf } from './shape.ts'
import { valuesOf } from './shape-arbitrary.ts'

test('unknown members are ignored and null ones are absent', () => {
  assert.deepEqual(decode('{"DocumentName":"abc","Comment":null,"Colour":"red","Parameters":{"a":null}}'), {
    DocumentName: 'abc',
    Parameters: Object.create(null),
  })
})

test('the last of two members of one name counts', () => {
  assert.deepEqual(decode('{"DocumentName":"one","DocumentName":"two"}'), { DocumentName: 'two' })
})

for (const [body, message] of [
  ['{"DocumentName":5}', 'NUMBER_VALUE can not be converted to a String'],
  ['{"DocumentName":5.5}', 'DECIMAL_VALUE can not be converted to a String'],
  ['{"DocumentName":true}', 'TRUE_VALUE can not be converted to a String'],
  ['{"DocumentName":["a"]}', 'Start of list found where not expected'],
  ['{"DocumentName":{}}', 'Start of structure or map found where not expected.'],
  ['{"TimeoutSeconds":"600"}', 'STRING_VALUE can not be converted to an Integer'],
  ['{"TimeoutSeconds":false}', 'FALSE_VALUE can not be converted to an Integer'],
  ['{"TimeoutSeconds":600.5}', 'DECIMAL_VALUE can not be converted to an Integer'],
  ['{"TimeoutSeconds":2147483648}', 'NUMBER_VALUE can not be converted to an Integer'],
  ['{"TimeoutSeconds":1e400}', 'DECIMAL_VALUE can not be converted to an Integer'],
  ['{"InstanceIds":"mi-1"}', 'Expected list or null'],
  ['{"InstanceIds":[null]}', 'A list must not hold null'],
  ['{"Parameters":[]}', 'Start of list found where not expected'],
  ['{"Parameters":{"commands":"ls"}}', 'Expected list or null'],
  ['{"NotificationConfig":"x"}', 'Expected a structure or map or null'],
  ['[]', 'Start of list found where not expected'],
  ['null', 'Expected a structure or map or null'],
  ['', 'The body is not valid JSON'],
  ['{"DocumentName":"abc"', 'The body is not valid JSON'],
] as const) {
  test(`${body === '' ? 'an empty body' : body} is refused in AWS's words`, () => {
    assert.throws(() => decode(body), { name: 'WireError', code: 'SerializationException', status: 400, message })
  })
}

test('bytes that are not UTF-8 are refused', () => {
  const body = Uint8Array.from([...new TextEncoder().encode('{"DocumentName":"'), 0xff, 0x22, 0x7d])
  assert.throws(() => codecs.ssm.operation('SendCommand')?.decode(body), { code: 'SerializationException' })
})

test('a body may be nested 64 deep and no deeper, wherever the depth is', () => {
  const nested = (depth: number) => `{"DocumentName":"a}]b","X":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  assert.throws(() => decode(nested(65)), { code: 'SerializationException', message: /deeper than 64/ })
  assert.throws(() => decode('['.repeat(1_000_000)), { code: 'SerializationException', message: /deeper than 64/ })
  assert.throws(() => decode(nested(64)), { code: 'ValidationException' })
})

test('brackets in strings are no depth', () => {
  assert.deepEqual(decode(`{"DocumentName":"abc","Comment":"\\"${'['.repeat(70)}"}`), {
    DocumentName: 'abc',
    Comment: `"${'['.repeat(70)}`,
  })
})

test('a map key that means something to JavaScript is only a key', () => {
  const input = decode(
    '{"DocumentName":"abc","Parameters":{"__proto__":["x"],"constructor":["y"]},"__proto__":{"Comment":"z"}}',
  )
  assert.deepEqual(Object.keys(input['Parameters'] as object), ['__proto__', 'constructor'])
  assert.equal(input['Comment'], undefined)
  assert.equal(({} as Record<string, unknown>)['x'], undefined)
})

test('a timestamp is seconds since the epoch, whole or not, or a text of ISO 8601', () => {
  const at = (value: string) => {
    const body = new TextEncoder().encode(`{"IamRole":"role","ExpirationDate":${value}}`)
    const input = codecs.ssm.operation('CreateActivation')?.decode(body) as Record<string, unknown>
    return input['ExpirationDate']
  }
  assert.deepEqual(at('1795312323'), new Date('2026-11-22T01:52:03Z'))
  assert.deepEqual(at('1795312323.25'), new Date('2026-11-22T01:52:03.250Z'))
  assert.deepEqual(at('"2026-11-22T01:52:03+01:00"'), new Date('2026-11-22T00:52:03Z'))
  for (const bad of ['"tomorrow"', '"2026-11-22"', '1e15', 'true', '{}', '"2026-13-45T00:00:00Z"']) {
    assert.throws(() => at(bad), { code: 'SerializationException' }, bad)
  }
})

test('a blob is base64, whole and padded', () => {
  const at = (Payload: string) => {
    const input = {
      WindowId: 'mw-0123456789abcdef0',
      WindowTaskId: '00000000-0000-0000-0000-000000000000',
      TaskInvocationParameters: { Lambda: { Payload } },
    }
    const body = new TextEncoder().encode(JSON.stringify(input))
    return codecs.ssm.operation('UpdateMaintenanceWindowTask')?.decode(body) as Record<string, unknown>
  }
  assert.deepEqual(at('AP8=')['TaskInvocationParameters'], { Lambda: { Payload: Uint8Array.of(0, 255) } })
  for (const bad of ['AP8', 'A*8=', '====', 'AP 8='])
    assert.throws(() => at(bad), { code: 'SerializationException' }, bad)
})

test('what the JSON encoder writes, the decoder reads: every input and output of every operation', () => {
  for (const service of ['ssm', 'iam', 'sts', 'kms', 'ec2messages', 'ssmmessages'] as const) {
    const [shape, encode, decode] = [shapesOf(serviceModel(service)), jsonEncoders(), jsonDecoders()]
    for (const { input, output } of Object.values(serviceModel(service).operations)) {
      for (const name of [input, output]) {
        if (name === undefined) continue
        const whole = shape(name)
        const roundTrip = (value: unknown) => {
          assert.deepEqual(decode(whole).run(JSON.parse(JSON.stringify(encode(whole).run(value)))), value)
        }
        fc.assert(fc.property(valuesOf(whole), roundTrip), { numRuns: 3 })
      }
    }
  }
})

function decode(body: string): Record<string, unknown> {
  return codecs.ssm.operation('SendCommand')?.decode(new TextEncoder().encode(body)) as Record<string, unknown>
}
