import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { allow, removal } from '@fairlead/testkit/given'
import { sessionWorld } from '../testing/session-world.ts'
import { outputOf, untilEnded, untilOutput, watch } from './testing/watch.ts'

test('who may watch is decided by policies, by either name of a session', async (t) => {
  const world = await sessionWorld(t)
  const { server } = world
  const session = 'arn:aws:ssm:us-east-1:123456789012:session/'
  const actions = ['ssm:StartSession', 'fairlead:*']
  const nodes = 'arn:aws:ssm:us-east-1:123456789012:*/*'
  const own = (name: string) =>
    allow(actions, [nodes.replace('*/*', 'managed-instance/*'), `${session}\${aws:${name}}-*`])
  const alice = await server.user('alice', [own('username')])
  const bob = await server.user('bob', [own('userid')])
  const eve = await server.user('eve', [allow('ssm:*')])
  const ids: string[] = []
  for (const caller of [alice, bob]) {
    const { SessionId = '' } = await caller.call('ssm', 'StartSession', { Target: world.nodeId })
    const agent = await world.agent({ sessionId: SessionId }).open()
    agent.send('hello')
    ids.push(SessionId)
  }
  const [ofAlice = '', ofBob = ''] = ids
  await untilOutput(alice, ofAlice, 'hello')
  await untilOutput(bob, ofBob, 'hello')

  const denied = { code: 'AccessDeniedException' }
  await assert.rejects(watch(alice, ofBob), denied)
  await assert.rejects(watch(bob, ofAlice), denied)
  await assert.rejects(watch(eve, ofAlice), denied)
  await assert.rejects(watch(alice, 'alice-00000000000000000'), { code: 'DoesNotExistException' })
  await assert.rejects(watch(eve, 'eve-00000000000000000'), denied)
  await assert.rejects(alice.call('fairlead', 'ListRecordings', {}), denied)
  await assert.rejects(alice.call('fairlead', 'ListRecordings', { OwnerName: 'bob' }), denied)
  const listed = async (caller: ApiClient, OwnerName: string) =>
    (await caller.call('fairlead', 'ListRecordings', { OwnerName })).Recordings?.map(({ SessionId }) => SessionId)
  assert.deepEqual(await listed(alice, 'alice'), [ofAlice])
  assert.deepEqual(await listed(bob, 'bob'), [ofBob])
})

test('what is gone from the file of a recording is told', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-test-'))
  t.after(() => rmSync(dataDir, removal))
  const world = await sessionWorld(t, { dataDir })
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  agent.send('one;')
  await untilOutput(world.root, started.sessionId, 'one;')
  const [file = ''] = readdirSync(join(dataDir, 'recordings')).map((name) => join(dataDir, 'recordings', name))
  const { size } = statSync(file)
  agent.send('two;')
  await agent.untilAcknowledged()
  await world.complete(world.control, started.sessionId)
  await client.takeFarewell()
  client.cut()
  await untilEnded(world.root, started.sessionId)
  const whole = await watch(world.root, started.sessionId)
  truncateSync(file, size)
  const cut = await watch(world.root, started.sessionId)
  rmSync(file)
  const gone = await watch(world.root, started.sessionId)

  assert.deepEqual(
    [whole, cut, gone].map(({ lines }) => lines.map(([, code, data]) => `${code} ${data}`)),
    [
      ['o one;', 'o two;'],
      ['o one;', 'm 4 of 8 bytes are not in the file of this recording any more'],
      ['m 8 of 8 bytes are not in the file of this recording any more'],
    ],
  )
})

test('recordings are listed newest first, by node and owner, in pages', async (t) => {
  const world = await sessionWorld(t)
  const ids: string[] = []
  for (let count = 0; count < 3; count++) {
    const started = await world.start()
    ids.unshift(started.sessionId)
    const agent = await world.agent(started).open()
    agent.send('x')
    await untilOutput(world.root, started.sessionId, 'x')
    world.clock.advance(1_000)
  }
  const page = await world.root.call('fairlead', 'ListRecordings', { MaxResults: 2, Target: world.nodeId })
  const { NextToken } = page
  const rest = await world.root.call('fairlead', 'ListRecordings', { MaxResults: 2, Target: world.nodeId, NextToken })

  assert.deepEqual(
    [...(page.Recordings ?? []), ...(rest.Recordings ?? [])].map((one) => one.SessionId),
    ids,
  )
  assert.equal(rest.NextToken, undefined)
  assert.deepEqual((await world.root.call('fairlead', 'ListRecordings', { Target: 'mi-0' })).Recordings, [])
  assert.deepEqual((await world.root.call('fairlead', 'ListRecordings', { OwnerName: 'nobody' })).Recordings, [])
})

test('a recording of several megabytes is read in pages of less than one', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  const piece = '\x1b"\\ü'.repeat(6_000)
  for (let count = 0; count < 40; count++) agent.send(piece)
  await agent.untilAcknowledged()
  await world.complete(world.control, started.sessionId)
  await client.takeFarewell()
  client.cut()
  await untilEnded(world.root, started.sessionId)

  const cast = await watch(world.root, started.sessionId)
  assert.ok(cast.pages > 3)
  assert.ok(outputOf(cast) === piece.repeat(40))
  assert.ok(cast.lines.every(([, code]) => code === 'o'))
  const wrong = Buffer.from(`GetRecording/${started.sessionId}\n1.2.x`).toString('base64url')
  const ask = (NextToken: string) =>
    world.root.call('fairlead', 'GetRecording', { SessionId: started.sessionId, NextToken })
  await assert.rejects(ask(wrong), { code: 'InvalidNextToken' })
  await assert.rejects(ask('?'), { code: 'InvalidNextToken' })
})
