import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { allow, given } from '@fairlead/testkit/given'
import { activate, NodeMachine } from '@fairlead/testkit/node-machine'
import { UsageError } from '../cli-error.ts'
import { askServer } from '../session/ask-server.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { nodeIdOf, nodeIdsOf } from './find-nodes.ts'

const world = await given({ after })
const { root } = world
const ask = askServer(world.dataDir, testSurroundings())
const [tagged, named, twin, other] = await Promise.all(Array.from({ length: 4 }, () => NodeMachine.register(world)))
assert.ok(tagged && named && twin && other)
await tag(tagged.nodeId, 'db primary')
await named.report({ ComputerName: 'web-01' })
await twin.report({ ComputerName: 'twin' })
await tag(other.nodeId, 'twin')

async function tag(ResourceId: string, Value: string): Promise<void> {
  const Tags = [{ Key: 'Name', Value }]
  await root.call('ssm', 'AddTagsToResource', { ResourceType: 'ManagedInstance', ResourceId, Tags })
}

test('a node is found by what its machine calls itself, and by its tag Name', async () => {
  assert.equal(await nodeIdOf(ask, 'web-01'), named.nodeId)
  assert.equal(await nodeIdOf(ask, 'db primary'), tagged.nodeId)
  assert.deepEqual(await nodeIdsOf(ask, 'web-[01-01],db primary'), [named.nodeId, tagged.nodeId])
  await tag(named.nodeId, 'web-01')
  assert.equal(await nodeIdOf(ask, 'web-01'), named.nodeId)
})

test('a node is found by the name that its activation gave it', async () => {
  const activation = await activate(world, { DefaultInstanceName: 'edge' })
  const { nodeId } = await NodeMachine.register(world, { activation })

  assert.equal(await nodeIdOf(ask, 'edge'), nodeId)
})

test('a name of several nodes is refused with their ids, and so is one of none', async () => {
  const refusal = await nodeIdOf(ask, 'twin').catch((error: unknown) => error)

  assert.ok(refusal instanceof UsageError)
  assert.match(refusal.message, /^2 nodes are called twin\. Name one by id:\n/)
  for (const { nodeId } of [twin, other]) assert.ok(refusal.message.includes(nodeId), refusal.message)
  await assert.rejects(nodeIdsOf(ask, 'web-[01-03]'), /There is no node web-02, web-03\./)
  await assert.rejects(nodeIdOf(ask, 'web-[01-01]'), UsageError)
})

test('an id is an id, although a machine calls itself so', async () => {
  await twin.report({ ComputerName: named.nodeId })

  assert.deepEqual(await nodeIdsOf(ask, `${named.nodeId},db primary`), [named.nodeId, tagged.nodeId])
})

test('who may not look for names is told what they need, and may use ids', async () => {
  const alice = await world.user('alice', [allow('ssm:StartSession')])
  const environment = {
    AWS_ENDPOINT_URL: world.url,
    AWS_ACCESS_KEY_ID: alice.credentials?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: alice.credentials?.secretAccessKey,
  }
  const asked = askServer(undefined, testSurroundings({ environment }))

  await assert.rejects(nodeIdOf(asked, 'web-01'), /need ssm:DescribeInstanceInformation\. Name it by its id/)
  assert.equal(await nodeIdOf(asked, named.nodeId), named.nodeId)
})
