import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { given } from '@fairlead/testkit/given'
import { NodeMachine, nodeRole } from '@fairlead/testkit/node-machine'

// Everything that is looked up about a caller is kept for its next requests, so each test asks once before the change.

const ofTeamRed = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'ssm:DescribeInstanceInformation',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
    },
  ],
}

const list = (caller: ApiClient) => caller.call('ssm', 'DescribeInstanceInformation', {})

test("a user's tags count from the next request on, whether they come, change or go", async (t) => {
  const { root, caller } = await given(t, { policies: [ofTeamRed], userName: 'alice' })
  const tag = (Value: string) => root.query('iam', 'TagUser', { UserName: 'alice', Tags: [{ Key: 'team', Value }] })
  const denied = { code: 'AccessDeniedException' }

  await assert.rejects(list(caller), denied)
  await tag('red')
  await list(caller)
  await tag('blue')
  await assert.rejects(list(caller), denied)
  await tag('red')
  await list(caller)
  await root.query('iam', 'UntagUser', { UserName: 'alice', TagKeys: ['team'] })
  await assert.rejects(list(caller), denied)
})

test('a node is refused from the request after its removal on', async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world)
  const client = await node.client()
  const ping = { InstanceId: node.nodeId, AgentVersion: '3.3.0.0', PlatformType: 'Linux' } as const
  await client.call('ssm', 'UpdateInstanceInformation', ping)

  await world.root.call('ssm', 'DeregisterManagedInstance', { InstanceId: node.nodeId })

  await assert.rejects(client.call('ssm', 'UpdateInstanceInformation', ping), { code: 'UnrecognizedClientException' })
})

test('a session is refused once its role is gone, also when there is another of the name', async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world)
  const client = await node.client()
  const ping = { InstanceId: node.nodeId, AgentVersion: '3.3.0.0', PlatformType: 'Linux' } as const
  await client.call('ssm', 'UpdateInstanceInformation', ping)
  const refused = { code: 'UnrecognizedClientException' }

  const RoleName = 'nodes'
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
  await world.root.query('iam', 'DetachRolePolicy', { RoleName, PolicyArn })
  await world.root.query('iam', 'DeleteRole', { RoleName })
  await assert.rejects(client.call('ssm', 'UpdateInstanceInformation', ping), refused)

  await nodeRole(world)
  await assert.rejects(client.call('ssm', 'UpdateInstanceInformation', ping), refused)
})
