import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { allow, given } from '@fairlead/testkit/given'
import { activate, NodeMachine } from '@fairlead/testkit/node-machine'
import type { SimulatedOutcome } from '@fairlead/testkit/simulated-reports'
import { fold } from '../nodes/node-set.ts'
import { givenFleet, saying } from '../testing/given-fleet.ts'
import { nobody } from '../testing/given-person.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { type RunOptions, runCommand } from './run-command.ts'

// One server and one fleet for all; each test says how commands end.
const world = await given({ after })
const { dataDir, root } = world
const names = Array.from({ length: 12 }, (_, index) => `web-${String(index + 1).padStart(2, '0')}`)
const usual = (): SimulatedOutcome | undefined => saying('6.1.0\n')
let outcome: (name: string) => SimulatedOutcome | undefined = usual
const fleet = await givenFleet({ after }, world, {
  names,
  tags: { role: 'web' },
  outcome: (name) => outcome(name),
})
beforeEach(() => {
  outcome = usual
})
const idOf = (name: string) => fleet.find((member) => member.name === name)?.nodeId ?? ''

async function run(options: RunOptions, words = ['uname', '-r'], person = nobody, elapsed = () => performance.now()) {
  const surroundings = testSurroundings({
    elapsed,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
  })
  const status = await runCommand(words, { dataDir, ...options }, surroundings, person)
  return { status, said: surroundings.said(), complained: surroundings.complained() }
}

test('nodes that say the same are one group, and the others show how they differ', async () => {
  const long = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join('')
  outcome = (name) => {
    if (name === 'web-03') return saying(long.replace('line 7', 'line VII'))
    return name === 'web-09' ? saying('', 3, 'no such unit\n') : saying(long)
  }

  const { status, said } = await run({ targets: ['tag:role=web'] })

  assert.equal(status, 1)
  const others = fold(names.filter((name) => name !== 'web-03' && name !== 'web-09')).join()
  assert.equal(others, 'web-[01-02,04-08,10-12]')
  assert.ok(said.startsWith(`── ${others} (10) ──\n${long}`), said)
  assert.match(said, /── web-03 ──\n …\n line 6\n-line 7\n\+line VII\n line 8\n …\n/)
  assert.match(said, /── web-09 ── exit code 3\n.*no such unit\n/)
  assert.match(said, /\n11 of 12 succeeded, 1 failed, in .*\nexit codes: 0 × 11, 3 × 1\n/)
})

test('a node alone answers as ssh does: with its output, and its exit code as the exit status', async () => {
  outcome = () => saying('out\n', 42, 'err\n')

  const { status, said, complained } = await run({ nodes: 'web-02' })

  assert.deepEqual([status, said, complained], [42, 'out\n', 'err\n'])
})

test('words are joined for the shell of the node, and parameters go as they are', async () => {
  const [member] = fleet
  await run({ nodes: member?.nodeId ?? '', timeout: 90 }, ['echo', 'a  b'])
  const { Commands: commands = [] } = await root.call('ssm', 'ListCommands', { MaxResults: 1 })

  assert.deepEqual({ ...commands[0]?.Parameters }, { commands: ['echo a  b'], executionTimeout: ['90'] })
  assert.equal(commands[0]?.DocumentName, 'AWS-RunShellScript')
})

test('a rerun of what failed goes where it failed', async () => {
  outcome = (name) => (name === 'web-05' || name === 'web-06' ? saying('', 1) : saying('ok\n'))
  const { said } = await run({ targets: ['tag:role=web'] })
  const [, commandId = ''] = /--rerun failed (\S+)/.exec(said) ?? []
  outcome = usual

  const again = await run({ rerun: 'failed' }, [commandId])
  const never = run({ rerun: 'failed' }, ['1b4f0e98-51a2-4f6c-8d3e-2a7c9b1d0e5f'])

  assert.equal(again.status, 0)
  assert.match(again.said, /^── web-\[05-06\] \(2\) ──\n6\.1\.0\n\n2 of 2 succeeded/)
  await assert.rejects(never, /There is no command/)
})

test('what a command asks of services that are not here goes along to its rerun, and is told', async () => {
  outcome = () => saying('', 1)
  const { Command } = await root.call('ssm', 'SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [idOf('web-05')],
    Parameters: { commands: ['id'] },
    OutputS3BucketName: 'outputs',
    CloudWatchOutputConfig: { CloudWatchOutputEnabled: true },
  })
  const again = await run({ rerun: 'all' }, [Command?.CommandId ?? ''])
  const json = await run({ rerun: 'all', json: true }, [Command?.CommandId ?? ''])
  const plain = await run({ nodes: 'web-05', json: true })

  const line = 'not delivered yet: OutputS3BucketName, CloudWatchOutputConfig.'
  assert.ok(again.complained.includes(line), again.complained)
  assert.ok(json.complained.includes(line), json.complained)
  const sent = (said: string) => JSON.parse(said.split('\n')[0] ?? '')
  assert.deepEqual(sent(json.said).undelivered, ['OutputS3BucketName', 'CloudWatchOutputConfig'])
  assert.ok(!('undelivered' in sent(plain.said)))
  assert.equal(plain.complained, '')
})

test('with --json each event is a line, and the last one sums up', async () => {
  outcome = (name) => saying(`${name}\n`, name === 'web-01' ? 7 : 0)
  const { status, said } = await run({ nodes: 'web-[01-03]', json: true })
  const lines = said
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

  assert.equal(status, 1)
  assert.equal(lines[0].event, 'sent')
  const node = lines.find(({ event, name }) => event === 'node' && name === 'web-01')
  assert.deepEqual(
    [node.nodeId, node.status, node.details, node.exitCode, node.stdout, node.truncated, node.ended],
    [idOf('web-01'), 'Failed', 'Failed', 7, 'web-01\n', false, true],
  )
  const { ms, commandIds, ...end } = lines.at(-1)
  assert.deepEqual(end, {
    event: 'end',
    nodes: 3,
    succeeded: 2,
    failed: 1,
    unended: 0,
    unsent: [],
    exitCodes: { 0: 2, 7: 1 },
    exitStatus: 1,
  })
  assert.equal(commandIds.length, 1)
  assert.ok(ms > 0)
})

test('with --stream each line has the name of its node', async () => {
  outcome = (name) => saying(`one\ntwo of ${name}`)
  const { said, complained } = await run({ nodes: 'web-[01-02]', stream: true })

  assert.deepEqual(said.trimEnd().split('\n').toSorted(), [
    'web-01: one',
    'web-01: two of web-01',
    'web-02: one',
    'web-02: two of web-02',
  ])
  assert.match(complained, /2 of 2 succeeded/)
})

test('what a node writes cannot command the terminal, unless that is wanted', async () => {
  outcome = (name) => saying(`\x1b]0;${name.length}\x07evil\x1b[2J\n`)

  const shown = (await run({ nodes: 'web-[01-02]' })).said
  const raw = (await run({ nodes: 'web-[01-02]', raw: true })).said

  assert.ok(shown.includes('\n\\x1b]0;6\\x07evil\\x1b[2J\n'), shown)
  assert.ok(raw.includes('\n\x1b]0;6\x07evil\x1b[2J\n'), raw)
})

test('a long output is shown as far as the server tells it, and it is said that there is more', async () => {
  outcome = () => saying(`${'x'.repeat(10_000)}\n`.repeat(4))
  const { said, complained } = await run({ nodes: 'web-01' })
  const many = await run({ nodes: 'web-[01-02]' })

  assert.ok(said.length > 23_000)
  assert.match(complained, /output truncated/)
  assert.match(many.said, /\(output truncated: the server shows its beginning only\)/)
})

test('with --wait a node that is away is waited for', async () => {
  const [other, member] = [fleet[0], fleet.at(-1)]
  const had = other?.agent.accepted.length ?? 0
  await member?.agent.disconnect()
  const ended = run({ nodes: `${other?.name},${member?.name}`, wait: true })
  await eventually(() => ((other?.agent.accepted.length ?? 0) > had ? true : undefined), 'the command is out')
  await member?.agent.connect()

  assert.match((await ended).said, /2 of 2 succeeded/)
})

test('a dry run names every node that would not run it, and sends nothing', async () => {
  const before = await root.call('ssm', 'ListCommands', {})
  const { status, said } = await run({ targets: ['tag:role=web'], dryRun: true, maxConcurrency: '5', maxErrors: '1' })
  const nowhere = await run({ targets: ['tag:role=none'], dryRun: true })
  const rerun = run({ targets: ['tag:role=none'] })

  assert.equal(status, 0)
  assert.equal(
    said,
    '12 nodes match; AWS-RunShellScript would run on 12 now.\n5 nodes have it at one time.\nAfter 2 errors no further node gets it.\n',
  )
  assert.match(nowhere.said, /^0 nodes match/)
  assert.equal((await rerun).status, 3)
  assert.equal((await root.call('ssm', 'ListCommands', {})).Commands?.length, before.Commands?.length)
})

test('nodes that are offline are named, and not waited for', async () => {
  const { nodeId } = await NodeMachine.register(world)
  const gone = await NodeMachine.register(world)
  await gone.report({ ComputerName: 'gone' })
  let elapsed = 0

  const many = await run({ nodes: `web-[01-02],${nodeId}`, deliverWithin: 600 })
  const alone = await run({ nodes: nodeId })
  const rehearsed = await run({ nodes: `web-01,${nodeId}`, dryRun: true })
  const lost = await run({ nodes: 'web-01,gone' }, ['id'], nobody, () => (elapsed += 10_000))

  assert.equal(lost.status, 1)
  assert.match(lost.said, /not delivered yet, offline or waiting: gone\n/)
  assert.equal(many.status, 1)
  assert.match(many.said, /^── web-\[01-02\] \(2\) ──\n6\.1\.0\n/)
  assert.match(
    many.said,
    new RegExp(`not delivered yet, offline or waiting: ${nodeId}\n.* until .*\n2 of 3 succeeded, 1 not ended`),
  )
  assert.equal(alone.status, 255)
  assert.match(alone.complained, new RegExp(`${nodeId} is offline. It gets the command when it is back, until `))
  assert.match(rehearsed.said, new RegExp(`1 offline, would get it when back: ${nodeId}`))
})

test('nodes whose channels were lost are not waited for, however many they are', async () => {
  const tags = { place: 'cut off' }
  const activation = await activate(world, { RegistrationLimit: 60, Tags: [{ Key: 'place', Value: tags.place }] })
  await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const machine = await NodeMachine.register(world, { activation })
      await machine.report({ ComputerName: `cut-${index + 1}` })
    }),
  )
  let elapsed = 0
  const { status, said } = await run(
    { targets: ['tag:place=cut off'], yes: true },
    ['id'],
    nobody,
    () => (elapsed += 10_000),
  )

  assert.equal(status, 1)
  assert.match(said, /not delivered yet, offline or waiting: cut-\[1-60\]\n/)
})

test('who may use no node is refused with the statements that say so, and some are left out by name', async () => {
  const alice = await world.user('alice', [
    allow('ssm:SendCommand', 'arn:aws:ssm:*:*:document/*'),
    allow('ssm:SendCommand', `arn:aws:ssm:*:*:managed-instance/${idOf('web-01')}`),
    allow(['ssm:ListCommands', 'ssm:ListCommandInvocations', 'ssm:GetCommandInvocation']),
  ])
  const environment = {
    AWS_ENDPOINT_URL: world.url,
    AWS_ACCESS_KEY_ID: alice.credentials?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: alice.credentials?.secretAccessKey,
  }
  const as = async (options: RunOptions) => {
    const surroundings = testSurroundings({ environment })
    const status = await runCommand(['id'], options, surroundings, nobody)
    return { status, said: surroundings.said(), complained: surroundings.complained() }
  }

  const some = await as({ targets: ['tag:role=web'] })
  const none = await as({ nodes: idOf('web-02') })

  assert.equal(some.status, 1)
  assert.match(some.said, /^── web-01 ──\n6\.1\.0\n/)
  assert.match(some.said, /denied: web-\[02-12\]\n1 of 12 succeeded, 11 failed/)
  assert.equal(none.status, 3)
  assert.match(none.complained, /It would be refused: AccessDenied/)
})

test('groups and all nodes can be chosen, and one way to choose must be', async () => {
  const query = { ResourceTypeFilters: ['AWS::AllSupported'], TagFilters: [{ Key: 'role', Values: ['web'] }] }
  const ResourceQuery = { Type: 'TAG_FILTERS_1_0', Query: JSON.stringify(query) } as const
  await root.call('resource-groups', 'CreateGroup', { Name: 'web', ResourceQuery })

  assert.match((await run({ group: 'web', dryRun: true })).said, /^12 nodes match/)
  assert.match((await run({ all: true, dryRun: true })).said, /^74 nodes match/)
  await assert.rejects(run({}), { name: 'CliError', message: /Say which nodes, in one way/ })
  await assert.rejects(run({ all: true, nodes: 'web-01' }), /in one way/)
  await assert.rejects(run({ nodes: 'web-01' }, []), /Say what to run/)
  await assert.rejects(run({ nodes: 'web-01', script: 'x' }), /not both/)
  await assert.rejects(run({ targets: ['web'] }), /is no target/)
})

test('--no-wait prints the id of the command and ends', async () => {
  const { status, said } = await run({ nodes: 'web-01', wait: false })

  assert.equal(status, 0)
  assert.match(said, /^[0-9a-f-]{36}\n$/)
})

test('with --stream nodes of one name are told apart by their ids', async (t) => {
  const twins = await givenFleet(t, world, {
    names: ['twin', 'twin'],
    roleName: 'Twins',
    outcome: () => saying('one\n'),
  })
  const nodes = twins.map(({ nodeId }) => nodeId)
  const { said } = await run({ nodes: nodes.join(), stream: true })

  assert.deepEqual(said.trimEnd().split('\n').toSorted(), nodes.map((nodeId) => `${nodeId}: one`).toSorted())
})
