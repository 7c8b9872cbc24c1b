import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeChannelClosed, encodeFlag, payloadTypes, sessionFlags } from '@fairlead/wire/session-message'
import { sessionWorld } from './testing/session-world.ts'

const minute = 60_000

test('when the shell ends the client gets the last output, then a plain goodbye, then the close', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = world.client(started)
  client.isMute = true
  await client.open()
  await client.settle()
  agent.send('logout')
  agent.tell({ sessionId: started.sessionId, state: 'Terminating' })
  await agent.settle()
  await world.complete(world.control, started.sessionId)
  await client.settle()
  assert.deepEqual(
    client.inbox.map(({ messageType }) => messageType),
    [],
    'it was not told before it acknowledged',
  )

  for (const { frame } of client.arrived) client.acknowledge(frame)
  assert.equal(await client.takeFarewell(), '')
  world.clock.advance(1_000)
  assert.equal((await client.closed)?.code, 1000)
  await world.untilStatus(started.sessionId, 'Terminated')
})

test('a client that acknowledges nothing more is told after three seconds', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = world.client(started)
  client.isMute = true
  await client.open()
  agent.send('logout')
  await agent.settle()
  await client.settle()
  await world.complete(world.control, started.sessionId)
  world.clock.advance(3_000)
  assert.equal(await client.takeFarewell(), '')
})

test('why the agent failed is what the client is told and the session keeps', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const client = await world.client(started).open()
  await client.settle()
  const output = 'RunAs user nosuch does not exist'
  await world.complete(world.control, started.sessionId, 'Failed', output)
  assert.equal(await client.takeFarewell(), output)
  assert.deepEqual(await world.session(started.sessionId), { status: 'Failed', details: output })

  await world.complete(world.control, started.sessionId, 'Failed', 'said twice, as agents do')
  assert.deepEqual(await world.session(started.sessionId), { status: 'Failed', details: output })
})

test('a client is told the beginning of what an agent says at too great length', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const client = await world.client(started).open()
  await client.settle()
  await world.complete(world.control, started.sessionId, 'Failed', `no such user${'\x1b'.repeat(20_000)}`)
  assert.match(await client.takeFarewell(), /^no such user/)
  const { details = '' } = await world.session(started.sessionId)
  assert.ok(details.length <= 1024 && details.startsWith('no such user'))
})

test('a client that comes when its session has already failed is told why', async (t) => {
  const world = await sessionWorld(t)
  for (const later of [0, 2 * minute]) {
    const started = await world.start()
    await world.complete(world.control, started.sessionId, 'Failed', 'no such user')
    world.clock.advance(later)
    const token = await world.resume(started.sessionId).catch(() => '')
    const client = await world.client(later === 0 ? started : { ...started, token }).open()
    if (token !== '' || later === 0) assert.equal(await client.takeFarewell(), 'no such user')
  }
})

test('output of an agent that is gone already is kept for a client that is on its way', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  agent.send('all there is')
  await agent.settle()
  agent.cut()
  await world.complete(world.control, started.sessionId)
  const client = await world.client(started).open()
  assert.deepEqual(await client.takeTexts(1), ['all there is'])
  assert.equal(await client.takeFarewell(), '')
})

test('TerminateSession tells the node on its control channel and the client why', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  await world.agent(started).open()
  const client = await world.client(started).open()
  await client.settle()
  await world.root.call('ssm', 'TerminateSession', { SessionId: started.sessionId })
  const { payload } = await world.control.take('channel_closed')
  assert.equal(decodeChannelClosed(payload).sessionId, started.sessionId)
  assert.match(await client.takeFarewell(), /[Tt]erminated/)
  await world.complete(world.control, started.sessionId)
  await world.untilStatus(started.sessionId, 'Terminated')
})

test('a session that is terminated before anybody came ends for both when they come', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const nodeToken = world.agent(started)
  await world.root.call('ssm', 'TerminateSession', { SessionId: started.sessionId })
  await world.control.take('channel_closed')
  await nodeToken.open()
  assert.equal(decodeChannelClosed((await nodeToken.take('channel_closed')).payload).sessionId, started.sessionId)
  const client = await world.client(started).open()
  assert.match(await client.takeFarewell(), /[Tt]erminated/)
  world.clock.advance(5_000)
  await world.untilStatus(started.sessionId, 'Terminated')
})

test('a session of a node that is away is Terminated at once, and the node is told when it is back', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  world.control.socket.terminate()
  await world.untilClosed()
  await world.root.call('ssm', 'TerminateSession', { SessionId: started.sessionId })
  await world.untilStatus(started.sessionId, 'Terminated')
  const control = await world.openControl()
  assert.equal(decodeChannelClosed((await control.take('channel_closed')).payload).sessionId, started.sessionId)
})

test('an agent that does not begin within thirty seconds makes the session Failed, in words', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const client = await world.client(started).open()
  await client.settle()
  await world.pass(25, client, world.control)
  assert.equal((await world.session(started.sessionId)).status, 'Connecting')
  await world.pass(10, client, world.control)
  assert.match(await client.takeFarewell(), /did not open the session within 30 seconds/)
  await world.untilStatus(started.sessionId, 'Failed')
})

test('the node is told again to begin when its channel comes back', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  await world.takeShell(world.control)
  const control = await world.openControl()
  assert.equal((await world.takeShell(control)).sessionId, started.sessionId)
})

test('a session ends when nobody has done anything for its idle timeout, and not before', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  const everybody = [agent, client, world.control]
  await world.pass(15 * 60, ...everybody)
  client.send('ls')
  await client.untilAcknowledged()
  await world.pass(20 * 60 - 10, ...everybody)
  // What is sent again is no sign of life.
  agent.send('$ ')
  await agent.untilAcknowledged()
  await world.pass(20 * 60 - 10, ...everybody)
  assert.equal((await world.session(started.sessionId)).status, 'Connected')
  await world.pass(15, ...everybody)
  assert.equal(await client.takeFarewell(), 'The session was idle for 20 minutes.')
  await world.control.take('channel_closed')
  world.clock.advance(5_000)
  await world.untilStatus(started.sessionId, 'Terminated')
})

test('a session that is used all the time ends when it has lasted for its longest duration, and not before', async (t) => {
  const world = await sessionWorld(t)
  const inputs = { maxSessionDuration: '2', idleSessionTimeout: '1', runAsEnabled: false }
  const Content = JSON.stringify({ schemaVersion: '1.0', sessionType: 'Standard_Stream', inputs })
  await world.root.call('ssm', 'CreateDocument', { Name: 'Brief', Content, DocumentType: 'Session' })
  const started = await world.start({ DocumentName: 'Brief' })
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  const everybody = [agent, client, world.control]
  for (const seconds of [50, 50, 15]) {
    await world.pass(seconds, ...everybody)
    client.send('ls')
    await client.untilAcknowledged()
  }
  assert.equal((await world.session(started.sessionId)).status, 'Connected')
  await world.pass(10, ...everybody)
  assert.equal(await client.takeFarewell(), 'The session has lasted for its longest duration of 2 minutes.')
  await world.control.take('channel_closed')
  world.clock.advance(5_000)
  await world.untilStatus(started.sessionId, 'Terminated')
})

test('a clock that is set ends no session and cuts no socket, and none lasts longer for it', async (t) => {
  const world = await sessionWorld(t)
  const inputs = { maxSessionDuration: '60', idleSessionTimeout: '20', runAsEnabled: false }
  const Content = JSON.stringify({ schemaVersion: '1.0', sessionType: 'Standard_Stream', inputs })
  await world.root.call('ssm', 'CreateDocument', { Name: 'Hour', Content, DocumentType: 'Session' })
  const started = await world.start({ DocumentName: 'Hour' })
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  await client.settle()
  for (const hours of [5, -10]) {
    world.clock.set(hours * 60 * minute)
    await world.pass(60, agent, client)
    assert.equal(agent.socket?.readyState, 1)
    assert.equal((await world.session(started.sessionId)).status, 'Connected')
  }
  await world.pass(18 * 60, agent, client)
  assert.equal(await client.takeFarewell(), 'The session was idle for 20 minutes.')
})

test('output that nobody sees does not keep a session from being idle', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  await client.settle()
  client.cut()
  await agent.take('pause_publication')
  for (let count = 0; count < 20; count++) {
    agent.send('tick')
    await world.pass(60, agent, world.control)
  }
  await world.pass(10, agent, world.control)
  await world.control.take('channel_closed')
  world.clock.advance(5_000)
  // Not 'Terminating': on a slow machine that has passed before anybody looks.
  assert.equal(await world.untilStatus(started.sessionId, 'Terminated'), 'The session was idle for 20 minutes.')
})

test('a client that says it is over ends the session, also when its agent does not', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  client.send(encodeFlag(sessionFlags.terminateSession), payloadTypes.flag)
  await client.untilAcknowledged()
  assert.equal(agent.arrived.at(-1)?.frame.payloadType, payloadTypes.flag)
  client.cut()
  await agent.take('pause_publication')
  await world.pass(5, agent, world.control)
  await world.control.take('channel_closed')
  await world.pass(5, agent, world.control)
  await world.untilStatus(started.sessionId, 'Terminated')
})

test('an agent that says goodbye and goes without a last word ends the session', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  await client.settle()
  agent.tell({ sessionId: started.sessionId, state: 'Terminating' })
  await agent.settle()
  agent.cut()
  await agent.closed
  await world.control.settle()
  await world.pass(2, client, world.control)
  assert.equal(await client.takeFarewell(), '')
  await world.untilStatus(started.sessionId, 'Terminated')
})

test('an agent that is there but does not come back to the session is given up after a minute', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  await client.settle()
  agent.cut()
  await agent.closed
  await world.pass(55, client, world.control)
  assert.equal((await world.session(started.sessionId)).status, 'Disconnected')
  await world.pass(20, client, world.control)
  assert.match(await client.takeFarewell(), /did not come back/)
  await world.untilStatus(started.sessionId, 'Failed')
})
