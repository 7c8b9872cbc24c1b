import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { at, textAt } from './clients/at.ts'
import { clientEnvironment, reasonToSkip } from './clients/python-environment.ts'
import { run } from './clients/run.ts'

const skip = await reasonToSkip('boto3', 'python3', ['-c', 'import boto3'])
const script = fileURLToPath(new URL('clients/run_command.py', import.meta.url))

// One script does everything, since Python and botocore take a second to start; each test looks at one side of what it saw.
describe('boto3', { skip }, async () => {
  const server = await runServer({ after })
  const { nodeId } = await runNode({ after }, server, { tags: { Finance: 'WebServers' } })
  const environment = { ...clientEnvironment({ after }, server), ENDPOINT: server.url, NODE_ID: nodeId }
  const outcome = await run('python3', [script], environment)
  assert.equal(outcome.exitCode, 0, outcome.stderr)
  const seen: unknown = JSON.parse(outcome.stdout)

  test('runs a script, waits with its waiter and reads the output', () => {
    assert.equal(at(seen, 'caller'), 'arn:aws:iam::123456789012:root')
    assert.equal(at(seen, 'sent', 'status'), 'Pending')
    assert.match(textAt(seen, 'sent', 'requested'), /^\d{4}-\d\d-\d\dT/)
    assert.equal(at(seen, 'waited'), 'Success')
    assert.equal(at(seen, 'invocation', 'Status'), 'Success')
    assert.equal(at(seen, 'invocation', 'ResponseCode'), 0)
    assert.equal(at(seen, 'invocation', 'StandardOutputContent'), 'hello\n')
    assert.equal(at(seen, 'invocation', 'StandardErrorContent'), 'oops\n')
    assert.equal(at(seen, 'invocation', 'Comment'), 'said hello')
  })

  test('is told Failed with the exit status, and Cancelled', () => {
    assert.equal(at(seen, 'failed_waited'), 'Failed')
    assert.deepEqual(at(seen, 'failed'), { Status: 'Failed', StatusDetails: 'Failed', ResponseCode: 3 })
    assert.equal(at(seen, 'cancelled'), 'Cancelled')
  })

  test('reads every page once', () => {
    assert.equal(at(seen, 'nodes', 'items', 0, 'InstanceId'), nodeId)
    for (const [member, id, count, pages] of [
      ['commands', 'CommandId', 7, 3],
      ['invocations', 'CommandId', 7, 3],
      ['activations', 'ActivationId', 8, 3],
    ] as const) {
      const items = at(seen, member, 'items')
      assert.ok(Array.isArray(items))
      assert.equal(new Set(items.map((item) => at(item, id))).size, count, member)
      assert.equal(items.length, count, member)
      assert.equal(at(seen, member, 'pages'), pages, member)
    }
  })

  test('raises the class of each error', () => {
    const refused = (what: string) => at(seen, 'refusals', what)
    assert.deepEqual(refused('unknown invocation'), one('InvocationDoesNotExist'))
    assert.deepEqual(refused('unknown command'), one('InvalidCommandId'))
    assert.deepEqual(refused('unknown document'), one('InvalidDocument'))
    assert.deepEqual(refused('unknown node'), one('InvalidInstanceId'))
    assert.deepEqual(refused('unknown role'), { class: 'NoSuchEntityException', code: 'NoSuchEntity' })
    // Newer models give this one a class.
    assert.equal(at(refused('not allowed'), 'code'), 'AccessDeniedException')
    assert.deepEqual(refused('not served'), { class: 'ClientError', code: 'UnknownOperationException' })
  })
})

function one(code: string): { class: string; code: string } {
  return { class: code, code }
}
