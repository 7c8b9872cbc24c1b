import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allow, given } from '@fairlead/testkit/given'
import { NodeMachine } from '@fairlead/testkit/node-machine'

const ResourceType = 'ManagedInstance'

test('tags are added, overwritten, listed and removed', async (t) => {
  const world = await given(t)
  const { nodeId: ResourceId } = await NodeMachine.register(world, { tags: { a: '1', b: '2' } })
  const { root } = world
  await root.call('ssm', 'AddTagsToResource', {
    ResourceType,
    ResourceId,
    Tags: [
      { Key: 'b', Value: 'changed' },
      { Key: '名前', Value: 'ウェブ' },
    ],
  })
  await root.call('ssm', 'RemoveTagsFromResource', { ResourceType, ResourceId, TagKeys: ['a', 'never'] })

  const { TagList } = await root.call('ssm', 'ListTagsForResource', { ResourceType, ResourceId })
  assert.deepEqual(TagList, [
    { Key: 'b', Value: 'changed' },
    { Key: '名前', Value: 'ウェブ' },
  ])
})

test('a node carries fifty tags and not one more', async (t) => {
  const world = await given(t)
  const { nodeId: ResourceId } = await NodeMachine.register(world, { tags: { a: '1' } })
  const tags = (count: number) => Array.from({ length: count }, (_, n) => ({ Key: `key${n}`, Value: '' }))
  const add = (Tags: { Key: string; Value: string }[]) =>
    world.root.call('ssm', 'AddTagsToResource', { ResourceType, ResourceId, Tags })

  await assert.rejects(add(tags(50)), { code: 'TooManyTagsError' })
  await assert.rejects(add(tags(51)), { code: 'TooManyTagsError' })
  assert.equal((await world.root.call('ssm', 'ListTagsForResource', { ResourceType, ResourceId })).TagList?.length, 1)
  await add(tags(49))
  await add(tags(49))
  await assert.rejects(add([{ Key: 'one more', Value: '' }]), { code: 'TooManyTagsError' })
})

test("AWS's own tags, a key twice, unknown nodes and other resources are refused", async (t) => {
  const { root, ...world } = await given(t)
  const { nodeId } = await NodeMachine.register({ root, ...world })
  const Tags = [{ Key: 'a', Value: 'b' }]
  const add = (input: object) =>
    root.call('ssm', 'AddTagsToResource', { ResourceType, ResourceId: nodeId, Tags, ...input })

  await assert.rejects(add({ Tags: [{ Key: 'aws:x', Value: '' }] }), { code: 'ValidationException' })
  await assert.rejects(add({ Tags: [...Tags, ...Tags] }), { code: 'ValidationException' })
  await assert.rejects(add({ ResourceId: 'mi-00000000000000000' }), { code: 'InvalidResourceId' })
  await assert.rejects(add({ ResourceId: '' }), { code: 'InvalidResourceId' })
  await assert.rejects(add({ ResourceType: 'OpsItem' }), { code: 'InvalidResourceType' })
  await assert.rejects(add({ ResourceType: 'Sock' }), { code: 'ValidationException' })
})

test('who may tag is decided by the tags that are there and the tags that are asked for', async (t) => {
  const world = await given(t)
  const web = await NodeMachine.register(world, { tags: { team: 'red' } })
  const other = await NodeMachine.register(world, { tags: { team: 'blue' } })
  const [statement] = allow('ssm:AddTagsToResource', 'arn:aws:ssm:*:*:managed-instance/*').Statement
  const Condition = {
    StringEquals: { 'aws:ResourceTag/team': 'red', 'aws:RequestTag/state': ['on', 'off'] },
    'ForAllValues:StringEquals': { 'aws:TagKeys': ['state'] },
  }
  const tagger = await world.user('tagger', [{ Version: '2012-10-17', Statement: [{ ...statement, Condition }] }])
  const add = (ResourceId: string, Key: string, Value: string) =>
    tagger.call('ssm', 'AddTagsToResource', { ResourceType, ResourceId, Tags: [{ Key, Value }] })

  await add(web.nodeId, 'state', 'on')
  await assert.rejects(add(web.nodeId, 'state', 'unknown'), { code: 'AccessDeniedException' })
  await assert.rejects(add(web.nodeId, 'team', 'red'), { code: 'AccessDeniedException' })
  await assert.rejects(add(other.nodeId, 'state', 'on'), { code: 'AccessDeniedException' })
  await assert.rejects(add('mi-00000000000000000', 'state', 'on'), { code: 'AccessDeniedException' })
})
