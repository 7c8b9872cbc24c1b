import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ReceivedReply } from '@fairlead/testkit/fake-control-plane'
import { givenAgent } from '@fairlead/testkit/given-agent'
import { untilThere } from '@fairlead/testkit/until-there'

function onlyStep(reply: ReceivedReply) {
  const [result] = reply.content.plugins.values()
  assert.ok(result)
  return result
}

test('a script that exits with 3 fails with code 3 and both its streams', async (t) => {
  const { server } = await givenAgent(t)

  const end = await server.endOf(server.sendCommand({ steps: [['echo hello', 'echo oops >&2', 'exit 3']] }))

  assert.equal(end.content.documentStatus, 'Failed')
  const { code, standardError, standardOutput, output } = onlyStep(end)
  assert.equal(code, 3)
  assert.equal(standardOutput, 'hello\n')
  assert.equal(standardError, 'oops\nfailed to run commands: exit status 3')
  assert.equal(output, `hello\n\n----------ERROR-------\n${standardError}`)
  assert.deepEqual(server.faults, [])
})

test('a command of one step is acknowledged once and reported once, when it has ended', async (t) => {
  const { server } = await givenAgent(t)

  await server.endOf(server.sendCommand({ steps: [['true']] }))

  assert.deepEqual(
    server.acks.map(({ statusCode }) => statusCode),
    ['200'],
  )
  assert.deepEqual(
    server.replies.map(({ content }) => content.documentStatus),
    ['Success'],
  )
})

test('a script learns its command, its node and its role keys, and never the activation code', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)

  const commandId = server.sendCommand({
    steps: [['env; pwd']],
    inputs: { environment: { COLOUR: 'red' }, workingDirectory: '/tmp' },
  })

  const { standardOutput } = onlyStep(await server.endOf(commandId))
  const lines = standardOutput.split('\n')
  for (const line of [
    `SSM_COMMAND_ID=${commandId}`,
    `AWS_SSM_INSTANCE_ID=${server.nodeId}`,
    'AWS_SSM_REGION_NAME=us-east-1',
    `AWS_SHARED_CREDENTIALS_FILE=${join(stateDirectory, 'credentials')}`,
    'COLOUR=red',
    '/tmp',
  ]) {
    assert.ok(lines.includes(line), `${line} in ${standardOutput}`)
  }
  assert.doesNotMatch(standardOutput, new RegExp(server.activation.code))
})

test('keys, records and output can be read by the owner alone', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)
  server.acknowledges = false

  const commandId = server.sendCommand({ steps: [['echo secret']] })
  await server.endOf(commandId)

  assert.equal(statSync(stateDirectory).mode & 0o777, 0o700)
  for (const file of [
    'registration.json',
    'credentials',
    `active/${commandId}.json`,
    `commands/${commandId}/0-step0/stdout`,
  ]) {
    assert.equal(statSync(join(stateDirectory, file)).mode & 0o777, 0o600, file)
  }
})

test('a script with an interpreter of its own is run by it', async (t) => {
  const { server } = await givenAgent(t)

  const end = await server.endOf(server.sendCommand({ steps: [['#!/usr/bin/env cat', 'read by cat']] }))

  assert.equal(onlyStep(end).standardOutput, '#!/usr/bin/env cat\nread by cat\n')
})

test('a cancelled command is killed with its children and ends Cancelled with code 137', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)
  const commandId = server.sendCommand({
    steps: [['sleep 60 &', 'echo $! > pid', 'wait']],
    inputs: { workingDirectory: stateDirectory },
  })
  const child = await server.until(
    'the child',
    () => Number(existsSync(join(stateDirectory, 'pid')) && readFileSync(join(stateDirectory, 'pid'))),
    5_000,
    5,
  )

  server.cancelCommand(commandId)
  const end = await server.endOf(commandId)

  assert.equal(end.content.documentStatus, 'Cancelled')
  assert.equal(onlyStep(end).code, 137)
  await server.until('the end of the child', () => !isRunning(child), 30_000, 5)
})

test('a step that outlives its timeout is killed and TimedOut with code 137', async (t) => {
  const { server } = await givenAgent(t, { speed: 50 })

  const end = await server.endOf(
    // A second of ours: on a busy machine a shell may need most of it to say its first word.
    server.sendCommand({ steps: [['echo begun', 'sleep 60']], inputs: { timeoutSeconds: '50' } }),
  )

  assert.equal(end.content.documentStatus, 'TimedOut')
  assert.equal(onlyStep(end).code, 137)
  assert.equal(onlyStep(end).standardOutput, 'begun\n')
})

test('a second copy of a command is acknowledged with 51405 and not run, even after the agent has restarted', async (t) => {
  const { server, stateDirectory, restart } = await givenAgent(t)
  const order = { steps: [['echo ran >> ran']], inputs: { workingDirectory: stateDirectory } }
  const commandId = server.sendCommand(order)
  server.sendCommand({ ...order, commandId })
  await server.endOf(commandId)
  await server.until('two acks', () => server.acks.length === 2)
  await restart()
  server.sendCommand({ ...order, commandId })
  await server.until('three acks', () => server.acks.length === 3)

  assert.deepEqual(
    server.acks.map((ack) => ack.statusCode),
    ['200', '51405', '51405'],
  )
  assert.equal(readFileSync(join(stateDirectory, 'ran'), 'utf8'), 'ran\n')
})

test('a reply without an acknowledgement is sent again with the same id, and no more once it has one', async (t) => {
  const { server, stateDirectory, restart } = await givenAgent(t)
  server.acknowledges = false
  const commandId = server.sendCommand({ steps: [['echo once']] })
  const first = await server.endOf(commandId)
  server.dropChannel()
  const ends = () => server.replies.filter((reply) => reply.content.documentStatus === 'Success')
  await server.until('the reply on the next channel', () => ends().length === 2)
  server.acknowledges = true
  await restart()
  await server.until('the reply of the next agent', () => ends().length === 3)

  assert.deepEqual(
    ends().map((reply) => reply.messageId),
    Array(3).fill(first.messageId),
  )
  assert.equal(onlyStep(ends()[2] ?? first).standardOutput, 'once\n')
  await server.until(
    'the record to go',
    () => !existsSync(join(stateDirectory, 'active', `${commandId}.json`)),
    5_000,
    5,
  )
})

test('a reply that nobody acknowledges is sent again on the same channel', async (t) => {
  const { server } = await givenAgent(t, { timings: { resendAfterMs: 50 } })
  server.acknowledges = false

  const { messageId } = await server.endOf(server.sendCommand({ steps: [['true']] }))

  await server.until('a repeat', () => server.replies.filter((reply) => reply.messageId === messageId).length > 1)
  assert.equal(server.channelsOpened, 1)
})

test('five commands run, five wait, and the eleventh is refused with 51402 until there is room', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)
  const gate = join(stateDirectory, 'gate')
  const steps = [[untilThere(gate)]]
  const taken = Array.from({ length: 10 }, () => server.sendCommand({ steps }))
  for (const commandId of taken) assert.equal((await server.ackOf(commandId)).statusCode, '200')

  const eleventh = server.sendCommand({ steps })
  assert.equal((await server.ackOf(eleventh)).statusCode, '51402')
  const [first = '', last = ''] = [taken[0], taken[9]]
  server.cancelCommand(last)
  assert.equal((await server.endOf(last)).content.documentStatus, 'Cancelled')
  writeFileSync(gate, '')
  assert.equal((await server.endOf(first)).content.documentStatus, 'Success')
  server.sendCommand({ commandId: eleventh, steps })
  assert.equal((await server.endOf(eleventh)).content.documentStatus, 'Success')
})

test('long output is cut to 24,000 characters with a note, and one reply fits in 120,000 bytes whatever it holds', async (t) => {
  const { server } = await givenAgent(t)

  const long = onlyStep(await server.endOf(server.sendCommand({ steps: [['yes | head -c 100000']] })))
  const odd = onlyStep(
    await server.endOf(server.sendCommand({ steps: [['head -c 100000 /dev/zero', 'head -c 100000 /dev/zero >&2']] })),
  )

  assert.equal(long.standardOutput.length, 24_000)
  assert.ok(long.standardOutput.endsWith('y\n--output truncated--'))
  assert.equal(long.output.length, 2_500)
  assert.ok(odd.standardOutput.endsWith('--output truncated--'))
})

test('what a script writes beyond the limit of a file is thrown away while it runs', async (t) => {
  const { server, stateDirectory } = await givenAgent(t, { outputLimitBytes: 5_000, speed: 10 })

  const commandId = server.sendCommand({ steps: [['yes | head -c 2000000', 'sleep 0.1']] })

  assert.equal(onlyStep(await server.endOf(commandId)).code, 0)
  assert.equal(statSync(join(stateDirectory, 'commands', commandId, '0-step0', 'stdout')).size, 5_000)
})

test('bytes that are no frame and messages that are no JSON do not end the channel', async (t) => {
  const { server } = await givenAgent(t)

  server.sendBytes(Buffer.from('garbage'))
  server.sendBytes(Buffer.alloc(200))
  server.sendFrame('agent_job', Buffer.from('{'))
  server.sendFrame('agent_job_reply_ack', Buffer.from('[]'))
  server.sendFrame('what_is_this', Buffer.from('{}'))
  const end = await server.endOf(server.sendCommand({ steps: [['true']] }))

  assert.equal(end.content.documentStatus, 'Success')
  assert.equal(server.channelsOpened, 1)
})

test('a job that cannot be read is refused with 51408, a document that cannot be run with 51406, and both fail', async (t) => {
  const { server } = await givenAgent(t)
  const bad = { JobId: `aws.ssm.unreadable.${server.nodeId}`, SchemaVersion: 1, Topic: 'aws.ssm.dance', Content: '{}' }

  server.sendFrame('agent_job', Buffer.from(JSON.stringify(bad)))
  const empty = server.sendCommand({ steps: [], document: { schemaVersion: '9.9' } })

  assert.equal((await server.ackOf('unreadable')).statusCode, '51408')
  assert.equal((await server.endOf('unreadable')).content.documentStatus, 'Failed')
  assert.equal((await server.ackOf(empty)).statusCode, '51406')
  assert.match((await server.endOf(empty)).content.documentTraceOutput, /Schema version "9.9"/)
})

test('steps are reported one by one before the end, and exit code 168 skips all but a finally step', async (t) => {
  const { server } = await givenAgent(t)
  const script = (name: string, line: string, more = {}) => ({
    action: 'aws:runShellScript',
    name,
    inputs: { runCommand: [line], ...more },
  })
  const mainSteps = [
    script('one', 'exit 1'),
    script('two', 'exit 168'),
    script('three', 'true'),
    script('last', 'echo bye', { finallyStep: true }),
  ]

  const end = await server.endOf(server.sendCommand({ steps: [], document: { schemaVersion: '2.2', mainSteps } }))

  const statuses = server.replies.flatMap((reply) =>
    [...reply.content.plugins].map(([name, { status }]) => `${name} ${status}`),
  )
  assert.deepEqual(statuses, ['one Failed', 'two Success', 'three Skipped', 'last Success'])
  assert.equal(end.content.documentStatus, 'Failed')
  assert.equal(server.replies.at(-1), end)
})

test('an unknown plugin fails its step with code 1, and a Windows step is skipped', async (t) => {
  const { server } = await givenAgent(t)
  const mainSteps = [
    { action: 'aws:unheardOf', name: 'odd', inputs: {} },
    {
      action: 'aws:runPowerShellScript',
      name: 'win',
      precondition: { StringEquals: ['platformType', 'Windows'] },
      inputs: { runCommand: ['dir'] },
    },
  ]

  await server.endOf(server.sendCommand({ steps: [], document: { schemaVersion: '2.2', mainSteps } }))

  const results = new Map(server.replies.flatMap((reply) => [...reply.content.plugins]))
  assert.deepEqual([results.get('odd')?.status, results.get('odd')?.code], ['Failed', 1])
  assert.equal(results.get('win')?.status, 'Skipped')
})

test('PowerShell without pwsh fails with a text that says so', async (t) => {
  const { server } = await givenAgent(t, { environment: { PATH: '/nowhere' } })
  const mainSteps = [{ action: 'aws:runPowerShellScript', name: 'win', inputs: { runCommand: ['dir'] } }]

  const end = await server.endOf(server.sendCommand({ steps: [], document: { schemaVersion: '2.2', mainSteps } }))

  assert.match(onlyStep(end).standardError, /pwsh/)
})

test('a missing working directory fails the step with its name', async (t) => {
  const { server } = await givenAgent(t)

  const end = await server.endOf(server.sendCommand({ steps: [['true']], inputs: { workingDirectory: '/no/such' } }))

  assert.match(onlyStep(end).standardError, /\/no\/such does not exist/)
})

test('exit code 194 restarts the node, and the step runs again after it', async (t) => {
  const { server, stateDirectory, restart } = await givenAgent(t)
  const [asked, restarting] = [join(stateDirectory, 'asked'), join(stateDirectory, 'restarting')]
  await restart({ boot: 'first', rebootCommand: ['/bin/touch', restarting] })
  const commandId = server.sendCommand({
    steps: [[`if [ -e ${asked} ]; then echo again; else touch ${asked}; exit 194; fi`]],
  })
  await server.until('the restart', () => existsSync(restarting), 30_000, 5)
  await restart({ boot: 'second' })

  const end = await server.endOf(commandId)

  assert.equal(end.content.documentStatus, 'Success')
  assert.equal(onlyStep(end).standardOutput, 'again\n')
})

test('a script that may have been running when the power went fails and is not run again', async (t) => {
  const { server, stateDirectory, restart } = await givenAgent(t, { boot: 'first' })
  const commandId = server.sendCommand({
    steps: [['echo ran >> ran; sleep 5']],
    inputs: { workingDirectory: stateDirectory },
  })
  await server.until('the start', () => existsSync(join(stateDirectory, 'ran')), 30_000, 5)

  await restart({ boot: 'second' })
  const end = await server.endOf(commandId)
  server.cancelCommand(commandId)

  assert.equal(end.content.documentStatus, 'Failed')
  assert.match(onlyStep(end).standardError, /not run again/)
  assert.equal(readFileSync(join(stateDirectory, 'ran'), 'utf8'), 'ran\n')
})

test('the agent comes back after the server was away, and signs everything with keys that hold', async (t) => {
  const { server } = await givenAgent(t)
  const { port } = server
  await server.close()
  await server.listen(port)

  await server.until('the next channel', () => server.channelsOpened === 2)
  const end = await server.endOf(server.sendCommand({ steps: [['true']] }))

  assert.equal(end.content.documentStatus, 'Success')
  assert.deepEqual(server.faults, [])
})

test('role keys are asked for again at half their life, and a new node key is used from then on', async (t) => {
  const { server, restart } = await givenAgent(t)
  const asked = () => server.calls.filter((call) => call.operation === 'RequestManagedInstanceRoleToken').length
  server.asksForNewKey = true
  server.tokenLifetime = 2
  await restart({ speed: 100 })

  await server.until('a change of keys', () => !server.asksForNewKey)
  const before = asked()
  await server.until('a token under the new key', () => asked() > before)

  assert.deepEqual(server.faults, [])
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}
