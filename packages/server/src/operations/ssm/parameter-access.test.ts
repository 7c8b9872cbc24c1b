import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, allow, deny, given, region } from '@fairlead/testkit/given'
import { NodeMachine } from '@fairlead/testkit/node-machine'

const arnOf = (path: string) => `arn:aws:ssm:${region}:${account}:parameter/${path}`
const denied = { code: 'AccessDeniedException' }
const when = (action: string, Condition: object, Resource = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource, Condition }],
})

test('policies name parameters by ARN, with or without selector, and all of several must be allowed', async (t) => {
  const { root, caller } = await given(t, {
    policies: [allow(['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParameterHistory'], arnOf('app/*'))],
  })
  for (const Name of ['/app/a', '/other']) await root.call('ssm', 'PutParameter', { Name, Value: 'x', Type: 'String' })

  await caller.call('ssm', 'GetParameter', { Name: '/app/a:1' })
  await caller.call('ssm', 'GetParameter', { Name: `${arnOf('app/a')}:1` })
  await caller.call('ssm', 'GetParameterHistory', { Name: '/app/a' })
  await assert.rejects(caller.call('ssm', 'GetParameter', { Name: '/other' }), denied)
  await assert.rejects(caller.call('ssm', 'GetParameter', { Name: '/none' }), denied)
  await assert.rejects(caller.call('ssm', 'GetParameter', { Name: arnOf('other') }), denied)
  await assert.rejects(caller.call('ssm', 'GetParameters', { Names: ['/app/a', '/other'] }), denied)
  await assert.rejects(caller.call('ssm', 'DescribeParameters', {}), denied)
  await assert.rejects(caller.call('ssm', 'DeleteParameters', { Names: ['/app/a'] }), denied)
  await assert.rejects(caller.call('ssm', 'LabelParameterVersion', { Name: '/app/a', Labels: ['x'] }), denied)
})

test('a path is decided on itself: what is denied below it is read with it', async (t) => {
  const { root, caller } = await given(t, {
    policies: [
      allow('ssm:GetParametersByPath', arnOf('app')),
      deny('ssm:GetParametersByPath', arnOf('app/secret')),
      deny('ssm:GetParameter', arnOf('app/secret/*')),
    ],
  })
  await root.call('ssm', 'PutParameter', { Name: '/app/secret/a', Value: 'x', Type: 'String' })
  const read = (Path: string) => caller.call('ssm', 'GetParametersByPath', { Path, Recursive: true })

  assert.equal((await read('/app/')).Parameters?.length, 1)
  await assert.rejects(read('/app/secret'), denied)
  await assert.rejects(read('/'), denied)
})

test('ssm:Overwrite, ssm:Recursive and ssm:Policies are seen', async (t) => {
  const { root, user } = await given(t)
  const put = { Name: 'p', Value: 'x', Type: 'String' } as const
  const maker = await user('maker', [when('ssm:PutParameter', { StringEquals: { 'ssm:Overwrite': 'false' } })])
  const flat = await user('flat', [when('ssm:GetParametersByPath', { StringEquals: { 'ssm:Recursive': 'false' } })])
  const plain = await user('plain', [when('ssm:PutParameter', { Null: { 'ssm:Policies': 'true' } })])
  const reader = await user('reader', [allow('ssm:DescribeParameters')])

  await maker.call('ssm', 'PutParameter', put)
  await assert.rejects(maker.call('ssm', 'PutParameter', { ...put, Overwrite: true }), denied)
  await flat.call('ssm', 'GetParametersByPath', { Path: '/' })
  await assert.rejects(flat.call('ssm', 'GetParametersByPath', { Path: '/', Recursive: true }), denied)
  await plain.call('ssm', 'PutParameter', { ...put, Overwrite: true })
  await assert.rejects(plain.call('ssm', 'PutParameter', { ...put, Policies: '[]', Overwrite: true }), denied)
  assert.equal((await reader.call('ssm', 'DescribeParameters', {})).Parameters?.length, 1)
  assert.equal((await root.call('ssm', 'GetParameter', { Name: 'p' })).Parameter?.Version, 2)
})

test('tags of the parameter and of the request decide, and giving tags needs permission to tag', async (t) => {
  const { root, user } = await given(t)
  const Tags = [{ Key: 'team', Value: 'red' }]
  const put = { Name: '/a/red', Value: 'x', Type: 'String', Tags } as const
  const ofRed = { StringEquals: { 'aws:ResourceTag/team': 'red' } }
  const asksRed = { StringEquals: { 'aws:RequestTag/team': 'red' } }
  const untagging = await user('untagging', [when('ssm:PutParameter', asksRed)])
  const tagger = await user('tagger', [when('ssm:PutParameter', asksRed), allow('ssm:AddTagsToResource')])
  const red = await user('red', [when('ssm:GetParameter', ofRed), when('ssm:PutParameter', ofRed)])

  await assert.rejects(untagging.call('ssm', 'PutParameter', put), /ssm:AddTagsToResource on resource/)
  await assert.rejects(tagger.call('ssm', 'PutParameter', { ...put, Tags: [] }), denied)
  await tagger.call('ssm', 'PutParameter', put)
  await root.call('ssm', 'PutParameter', { Name: '/a/blue', Value: 'x', Type: 'String' })
  await red.call('ssm', 'GetParameter', { Name: '/a/red:1' })
  await red.call('ssm', 'GetParameter', { Name: arnOf('a/red') })
  await red.call('ssm', 'PutParameter', { Name: '/a/red', Value: 'y', Overwrite: true })
  await assert.rejects(red.call('ssm', 'GetParameter', { Name: '/a/blue' }), denied)
})

test("another region's parameter is not there, and another account's is denied", async (t) => {
  const { root } = await given(t)
  await root.call('ssm', 'PutParameter', { Name: 'p', Value: 'x', Type: 'String' })
  const read = (where: string) => root.call('ssm', 'GetParameter', { Name: `arn:aws:ssm:${where}:parameter/p` })

  await assert.rejects(read(`eu-west-1:${account}`), { code: 'ParameterNotFound' })
  await assert.rejects(read(`${region}:999999999999`), denied)
})

test('a node reads parameters with its role', async (t) => {
  const world = await given(t)
  await world.root.call('ssm', 'PutParameter', { Name: 'p', Value: 'x', Type: 'SecureString' })
  const node = await (await NodeMachine.register(world)).client()

  const { Parameter } = await node.call('ssm', 'GetParameter', { Name: 'p', WithDecryption: true })
  assert.equal(Parameter?.Value, 'x')
  await assert.rejects(node.call('ssm', 'PutParameter', { Name: 'p', Value: 'y', Overwrite: true }), denied)
})
