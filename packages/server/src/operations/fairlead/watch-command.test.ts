import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { WatchCommandResponse } from '@fairlead/wire/model/generated/fairlead'
import type { ApiClient } from '../../../../testkit/src/api-client.ts'
import { registerFleet } from '../../../../testkit/src/fleet.ts'
import { allow, deny, given, region } from '../../../../testkit/src/given.ts'
import { type AgentBehaviour, SimulatedAgent } from '../../../../testkit/src/simulated-agent.ts'
import { makeNodeKeyPair } from '../../../../testkit/src/simulated-node.ts'
import { within } from '../../../../testkit/src/within.ts'

const keys = makeNodeKeyPair()
const unknown = '00000000-0000-4000-8000-000000000000'

async function world(t: TestContext, behaviour: AgentBehaviour = {}, count = 1) {
  const held = await given(t)
  const { root, url } = held
  const nodes = await registerFleet(root, { url, region, keys, count, tags: { role: 'web' } })
  const agents = nodes.map((node) => new SimulatedAgent(node, behaviour))
  for (const agent of agents) await agent.connect()
  t.after(() => {
    for (const agent of agents) agent.cut()
  })
  const nodeIds = nodes.map(({ nodeId }) => nodeId).sort()
  const send = async () => {
    const { Command } = await root.call('ssm', 'SendCommand', {
      DocumentName: 'AWS-RunShellScript',
      Parameters: { commands: ['x'] },
      Targets: [{ Key: 'tag:role', Values: ['web'] }],
    })
    return Command?.CommandId ?? ''
  }
  return { ...held, agents, nodeIds, send }
}

/** Every page of a watch, to its end. */
async function pagesOf(client: ApiClient, CommandId: string, NextToken?: string): Promise<WatchCommandResponse[]> {
  const pages: WatchCommandResponse[] = []
  let token = NextToken
  do {
    const page = await client.call('fairlead', 'WatchCommand', { CommandId, NextToken: token })
    pages.push(page)
    token = page.NextToken
  } while (token !== undefined)
  return pages
}

const endsOf = (pages: readonly WatchCommandResponse[]) =>
  pages.flatMap(({ Ended = [] }) => Ended.map(({ InstanceId = '' }) => InstanceId)).sort()

test('each node’s end is told once, and the last page has the counts of the whole command', async (t) => {
  const { root, send, nodeIds } = await world(t, {}, 5)
  const CommandId = await send()
  const pages = await pagesOf(root, CommandId)

  assert.deepEqual(endsOf(pages), nodeIds)
  assert.partialDeepStrictEqual(pages.at(-1), {
    Status: 'Success',
    StatusDetails: 'Success',
    TargetCount: 5,
    CompletedCount: 5,
    ErrorCount: 0,
    DeliveryTimedOutCount: 0,
  })
  assert.deepEqual(pages.at(-1)?.Ended?.[0], {
    InstanceId: pages.at(-1)?.Ended?.[0]?.InstanceId,
    Status: 'Success',
    StatusDetails: 'Success',
    ResponseCode: 0,
  })
  assert.deepEqual(endsOf(await pagesOf(root, CommandId)), nodeIds, 'also to who comes when all is over')
})

test('a watch waits for a node that ends, tells its exit code, and answers those who wait not at all', async (t) => {
  const reply = Promise.withResolvers<void>()
  const { root, send, nodeIds } = await world(t, {
    before: (what) => (what === 'reply' ? reply.promise : undefined),
    outcome: () => ({ status: 'Failed', code: 7, standardOutput: '', standardError: '' }),
  })
  const CommandId = await send()

  const first = await root.call('fairlead', 'WatchCommand', { CommandId, WaitSeconds: 0 })
  assert.deepEqual([first.TargetCount, first.CompletedCount, first.Ended], [1, 0, []])
  const waiting = pagesOf(root, CommandId, first.NextToken)
  reply.resolve()
  const pages = await within(waiting, 'the end of the node')
  assert.deepEqual(pages.at(-1)?.Ended, [
    { InstanceId: nodeIds[0], Status: 'Failed', StatusDetails: 'Failed', ResponseCode: 7 },
  ])
  assert.deepEqual([pages.at(-1)?.Status, pages.at(-1)?.ErrorCount], ['Failed', 1])
})

test('after the server was started anew a token is still good: what it has told is not told again', async (t) => {
  let free = ''
  const never = new Promise<void>(() => {})
  const before: NonNullable<AgentBehaviour['before']> = (what, { nodeId }) =>
    what === 'reply' && nodeId !== free ? never : undefined
  const { root, send, nodeIds, dataDir, stop } = await world(t, { before }, 3)
  free = nodeIds[1] ?? ''
  const CommandId = await send()
  const page = await root.call('fairlead', 'WatchCommand', { CommandId })
  assert.deepEqual(endsOf([page]), [free])

  await stop()
  const again = await given(t, { dataDir })
  const input = { CommandId, NextToken: page.NextToken, WaitSeconds: 0 }
  const next = await again.root.call('fairlead', 'WatchCommand', input)
  assert.deepEqual([next.CompletedCount, next.Ended, next.NextToken], [1, [], page.NextToken])
})

test('a watch is refused to who may not read invocations or outputs, and to who shows a wrong token', async (t) => {
  const { root, user, send } = await world(t)
  const CommandId = await send()
  const both = ['ssm:ListCommandInvocations', 'ssm:GetCommandInvocation']
  const reader = await user('reader', [allow(both)])
  const lister = await user('lister', [allow(both), deny('ssm:GetCommandInvocation')])

  assert.equal((await pagesOf(reader, CommandId)).at(-1)?.Status, 'Success')
  await assert.rejects(lister.call('fairlead', 'WatchCommand', { CommandId }), { code: 'AccessDeniedException' })
  await assert.rejects(root.call('fairlead', 'WatchCommand', { CommandId: unknown }), { code: 'InvalidCommandId' })
  for (const NextToken of [
    '',
    'x',
    `${unknown}.`,
    `${CommandId}.`,
    `${CommandId}.gA.`,
    `${CommandId}.AQ.x`,
    `${CommandId}.AA.`,
    `${CommandId}..1-0-0-0`,
  ]) {
    const call = root.call('fairlead', 'WatchCommand', { CommandId, NextToken })
    await assert.rejects(call, { code: 'InvalidNextToken' }, NextToken)
  }
})

test('who waits is answered when the server stops', async (t) => {
  const { root, send, stop } = await world(t, { outcome: () => undefined })
  const CommandId = await send()
  const { NextToken } = await root.call('fairlead', 'WatchCommand', { CommandId, WaitSeconds: 0 })
  const waiting = root.call('fairlead', 'WatchCommand', { CommandId, NextToken })
  // The server answers requests of one caller side by side: this one is behind the one that waits.
  await root.call('fairlead', 'WatchCommand', { CommandId, WaitSeconds: 0 })
  await within(stop(), 'the stop')
  assert.equal((await waiting).NextToken, NextToken)
})
