import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { elementOf } from '@fairlead/testkit/api-client'
import { account, allow, given } from '@fairlead/testkit/given'
import { NodeMachine } from '@fairlead/testkit/node-machine'
import { reportsOf, stepOf } from '@fairlead/testkit/simulated-reports'
import { within } from '@fairlead/testkit/within'
import type { Person } from '../terminal/person.ts'
import { type FleetMember, givenFleet } from '../testing/given-fleet.ts'
import { HeldPerson, nobody } from '../testing/given-person.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { type RunOptions, runCommand } from './run-command.ts'

// One server for all. The fleet of the first tests is never sent to, and so nobody needs to be there.
const world = await given({ after })
const { root } = world
const crowd = await Promise.all(Array.from({ length: 22 }, () => NodeMachine.register(world)))
const nodes = crowd.map(({ nodeId }) => nodeId).join(',')
const alice = await world.user('alice', [allow('ssm:*')])
const environment = {
  AWS_ENDPOINT_URL: world.url,
  AWS_ACCESS_KEY_ID: alice.credentials?.accessKeyId,
  AWS_SECRET_ACCESS_KEY: alice.credentials?.secretAccessKey,
}

async function run(options: RunOptions, person: Person = nobody) {
  const surroundings = testSurroundings({ environment })
  const status = await runCommand(['id'], options, surroundings, person)
  return { status, said: surroundings.said(), complained: surroundings.complained() }
}

async function sentCommands(): Promise<number> {
  return (await root.call('ssm', 'ListCommands', {})).Commands?.length ?? 0
}

test('above twenty nodes the number of them has to be typed', async () => {
  const before = await sentCommands()
  const wrong = await run({ nodes }, new HeldPerson('yes'))
  const absent = await run({ nodes })
  const person = new HeldPerson()
  const asked = person.nextQuestion()
  const left = run({ nodes }, person)
  await within(asked, 'the question')
  person.interrupt()

  assert.deepEqual([wrong.status, absent.status, (await left).status], [3, 3, 3])
  assert.match(wrong.complained, /22 nodes match/)
  assert.match(wrong.complained, /Not sent\.\n$/)
  assert.match(absent.complained, /nobody is at the terminal. --confirm 22 or --yes sends it/)
  assert.equal(await sentCommands(), before)

  const right = await run({ nodes, wait: false }, new HeldPerson('22'))
  assert.deepEqual([right.status, await sentCommands()], [0, before + 1])
})

test('twenty nodes and fewer are not asked about, and --yes and --confirm answer for more', async () => {
  const before = await sentCommands()
  const few = nodes.split(',').slice(0, 20).join(',')
  for (const options of [{ nodes: few }, { nodes, yes: true }, { nodes, confirm: 22 }]) {
    assert.equal((await run({ ...options, wait: false })).status, 0)
  }
  const tooMany = await run({ nodes, confirm: 21, yes: true })

  assert.equal(tooMany.status, 3)
  assert.match(tooMany.complained, /22 nodes would have it, and --confirm says 21/)
  assert.equal(await sentCommands(), before + 3)
})

test('a limit that was set for a user is not answered by --yes', async () => {
  await root.query('iam', 'TagUser', { UserName: 'alice', Tags: [{ Key: 'fairlead:confirm-above', Value: '1' }] })
  const two = nodes.split(',').slice(0, 2).join(',')

  const yes = await run({ nodes: two, yes: true })
  const confirmed = await run({ nodes: two, confirm: 2, wait: false })

  assert.equal(yes.status, 3)
  assert.match(yes.complained, /user alice has to confirm above 1 nodes.*--confirm 2 sends it/)
  assert.equal(confirmed.status, 0)
  await root.query('iam', 'UntagUser', { UserName: 'alice', TagKeys: ['fairlead:confirm-above'] })
})

test('a role may have a limit too', async () => {
  const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  await root.query('iam', 'CreateRole', {
    RoleName: 'operator',
    Path: '/ops/',
    AssumeRolePolicyDocument,
    Tags: [{ Key: 'fairlead:confirm-above', Value: '0' }],
  })
  const PolicyDocument = JSON.stringify(allow('ssm:*'))
  await root.query('iam', 'PutRolePolicy', { RoleName: 'operator', PolicyName: 'all', PolicyDocument })
  const bob = await world.user('bob', [allow('sts:AssumeRole')])
  const RoleArn = `arn:aws:iam::${account}:role/ops/operator`
  const keys = await bob.query('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'bob' })
  const surroundings = testSurroundings({
    environment: {
      AWS_ENDPOINT_URL: world.url,
      AWS_ACCESS_KEY_ID: elementOf(keys, 'AccessKeyId'),
      AWS_SECRET_ACCESS_KEY: elementOf(keys, 'SecretAccessKey'),
      AWS_SESSION_TOKEN: elementOf(keys, 'SessionToken'),
    },
  })

  assert.equal(await runCommand(['id'], { nodes, yes: true }, surroundings, nobody), 3)
  assert.match(surroundings.complained(), /role operator has to confirm above 0 nodes/)
})

test('more nodes than the API takes by name are several commands, under one limit', async () => {
  const more = await Promise.all(Array.from({ length: 30 }, () => NodeMachine.register(world)))
  const all = [...crowd, ...more].map(({ nodeId }) => nodeId)
  const { said } = await run({
    nodes: all.join(','),
    confirm: 52,
    wait: false,
    maxErrors: '10%',
    maxConcurrency: '50%',
  })
  const ids = said.trimEnd().split('\n')
  const { Commands = [] } = await root.call('ssm', 'ListCommands', { MaxResults: 2 })

  assert.deepEqual(
    Commands.map(({ CommandId, TargetCount, MaxErrors, MaxConcurrency }) => [
      ids.includes(CommandId ?? ''),
      TargetCount,
      MaxErrors,
      MaxConcurrency,
    ]),
    [
      [true, 2, '5', '26'],
      [true, 50, '5', '26'],
    ],
  )
})

/** Nodes on which a command runs until it is told to stop, and then says that it was stopped. */
const slowFleet = (t: TestContext) => givenFleet(t, world, { names: ['slow-1', 'slow-2'], outcome: () => undefined })

function begin(slow: readonly FleetMember[], person: Person) {
  const running = slow.map(({ agent }) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    agent.behaviour = {
      outcome: () => undefined,
      onJob(job) {
        const [last] = agent.accepted.slice(-1)
        if (job.kind !== 'cancelCommand') resolve()
        else if (last !== undefined)
          for (const report of reportsOf(stepOf(last), stopped, new Date())) agent.report(last, report)
      },
    }
    return promise
  })
  const surroundings = testSurroundings({
    environment,
    pause: (ms, signal) => pause(Math.min(ms, 20), undefined, { signal }),
  })
  const ended = runCommand(['sleep', '60'], { nodes: 'slow-[1-2]' }, surroundings, person)
  // A run that ends before the nodes have it is not waited for in silence.
  const early = ended.then((status) => assert.fail(`status ${status}: ${surroundings.complained()}`))
  return { ended, surroundings, running: within(Promise.race([Promise.all(running), early]), 'the nodes have it') }
}

test('a run that is interrupted', async (t) => {
  // Connected only now: tests of other files may have taken minutes since this one was read.
  const slow = await slowFleet(t)

  await t.test('Ctrl-C offers to cancel the command, and cancels it', async () => {
    const person = new HeldPerson('y')
    const { ended, surroundings, running } = begin(slow, person)
    await running
    person.interrupt()

    assert.equal(await within(ended, 'the run'), 1)
    assert.match(person.asked[0] ?? '', /Cancel the command on the nodes\? \[y\/N/)
    assert.match(surroundings.complained(), /Cancelling …/)
    assert.match(surroundings.said(), /cancelled: slow-\[1-2\]\n0 of 2 succeeded, 2 failed/)
  })

  await t.test('Ctrl-C goes on after a no, and a second one at the question leaves the command running', async () => {
    const person = new HeldPerson('n')
    const { ended, surroundings, running } = begin(slow, person)
    await running
    person.interrupt()
    await new Promise((resolve) => setImmediate(resolve))
    const asked = person.nextQuestion()
    person.interrupt()
    await within(asked, 'the second question')
    person.interrupt()

    assert.equal(await within(ended, 'the run'), 130)
    assert.match(surroundings.complained(), /To see it: fairlead commands \S+ --watch/)
    assert.ok(slow.every(({ agent }) => agent.cancelled.length === 1))
  })

  await t.test('a question whether to cancel ends with the run', async () => {
    const person = new HeldPerson()
    const { ended, surroundings, running } = begin(slow, person)
    await running
    const asked = person.nextQuestion()
    person.interrupt()
    await within(asked, 'the question')
    for (const { agent } of slow) {
      const [last] = agent.accepted.slice(-1)
      if (last !== undefined)
        for (const report of reportsOf(stepOf(last), stopped, new Date())) agent.report(last, report)
    }

    assert.equal(await within(ended, 'the run'), 1)
    assert.match(surroundings.said(), /^cancelled: slow/)
    assert.doesNotMatch(surroundings.complained(), /Cancelling/)
  })

  await t.test('where nobody is, SIGTERM and SIGINT leave the command running', async () => {
    for (const [signal, status] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const person = Object.assign(new HeldPerson(), { isThere: false })
      const { ended, running } = begin(slow, person)
      await running
      person.interrupt(signal)

      assert.equal(await within(ended, 'the run'), status)
      assert.deepEqual(person.asked, [])
    }
  })
})

const stopped = { status: 'Cancelled', code: -1, standardOutput: '', standardError: '' } as const
