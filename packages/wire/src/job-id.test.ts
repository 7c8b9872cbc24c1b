import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeJobId, encodeJobId } from './job-id.ts'

test('a job id holds the command and the node', () => {
  const job = { commandId: '0831e1a8-a1ac-4257-a1fd-c831b48c4107', nodeId: 'i-0123456789abcdef0' }
  assert.equal(encodeJobId(job), 'aws.ssm.0831e1a8-a1ac-4257-a1fd-c831b48c4107.i-0123456789abcdef0')
  assert.deepEqual(decodeJobId(encodeJobId(job)), job)
})

test('an id with a dot makes no job id, as the agent would take it apart in the wrong place', () => {
  assert.throws(() => encodeJobId({ commandId: 'a.b', nodeId: 'mi-1' }), { name: 'MessageError' })
  assert.throws(() => encodeJobId({ commandId: 'a', nodeId: 'mi-1.example' }), { name: 'MessageError' })
})

test('what is no job id is not taken for one', () => {
  const wrong = [
    '',
    'aws.ssm.a',
    'aws.ssm..mi-1',
    'aws.ssm.a.mi-1.x',
    'aws.sqs.a.mi-1',
    'aws.ssm.a/..mi-1',
    'x'.repeat(400),
  ]
  for (const text of wrong) assert.throws(() => decodeJobId(text), { name: 'MessageError' }, text)
})
