import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { registerFleet } from '@fairlead/testkit/fleet'
import { runServer } from '@fairlead/testkit/running-server'
import { SimulatedAgent } from '@fairlead/testkit/simulated-agent'
import { operations } from '../packages/server/src/operations/registry.ts'
import { at } from './clients/at.ts'
import { clientEnvironment, reasonToSkip } from './clients/python-environment.ts'
import { run } from './clients/run.ts'

const skip = await reasonToSkip('boto3', 'python3', ['-c', 'import boto3'])
const script = fileURLToPath(new URL('clients/walk_paginators.py', import.meta.url))
/** Of these there can only be one. */
const single = ['iam:ListAccountAliases', 'kms:ListKeyPolicies']

interface Walk {
  readonly pages: number
  readonly items: number
  readonly distinct: number
  readonly largestPage: number
  readonly pageSize: number
  readonly missing: readonly string[]
  readonly alien: readonly string[]
}

// One script does everything, since Python and botocore take a second to start; each test looks at one side of what it saw.
describe('boto3', { skip }, async () => {
  const server = await runServer({ after })
  const { url, region } = server
  const nodes = await registerFleet(server.client(), { url, region, count: 11, tags: { fleet: 'walked' } })
  for (const [index, node] of nodes.slice(0, 3).entries()) {
    await node.call('UpdateInstanceInformation', { ...report(node.nodeId), PlatformVersion: `${index}` })
  }
  const [node] = nodes
  assert.ok(node)
  const agent = new SimulatedAgent(node)
  await agent.connect()
  after(() => agent.cut())
  const environment = {
    ...clientEnvironment({ after }, server),
    ENDPOINT: url,
    NODE_ID: node.nodeId,
    SERVED: JSON.stringify([...operations.keys()]),
  }
  const outcome = await run('python3', [script], environment, 120_000)
  assert.equal(outcome.exitCode, 0, outcome.stderr)
  const seen: unknown = JSON.parse(outcome.stdout)

  test('has no paginator and no waiter of anything served that is not tried here, or is gone', () => {
    assert.deepEqual(at(seen, 'unknown'), [])
    assert.deepEqual(at(seen, 'notOffered'), [])
  })

  test('walks every paginator to its end in the smallest pages, and meets each thing once', (t) => {
    const walks = Object.entries(at(seen, 'paginators') as Record<string, Walk>)
    for (const [name, { pages, items, distinct, largestPage, pageSize, missing, alien }] of walks) {
      assert.deepEqual([missing, alien], [[], []], name)
      assert.equal(distinct, items, `${name}: each once`)
      assert.ok(largestPage <= pageSize, `${name}: a page of ${largestPage}`)
      if (single.includes(name)) assert.deepEqual([pages, items], [1, 1], name)
      else assert.ok(pages > 1 && items > 1, `${name}: ${pages} pages of ${items}`)
    }
    t.diagnostic(`${walks.length} paginators`)
  })

  test('waits with every waiter', () => {
    const waited = Object.values(at(seen, 'waiters') as Record<string, string>)
    assert.ok(waited.length > 0)
    assert.deepEqual([...new Set(waited)], ['waited'])
  })
})

function report(InstanceId: string) {
  const agent = { AgentName: 'amazon-ssm-agent', AgentVersion: '3.2.2303.0', AgentStatus: 'Active' }
  return { InstanceId, ...agent, PlatformName: 'Debian GNU/Linux', PlatformType: 'Linux' as const }
}
