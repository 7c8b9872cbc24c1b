import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { allow, given } from '@fairlead/testkit/given'
import { activate, NodeMachine } from '@fairlead/testkit/node-machine'
import { givenFleet } from '../testing/given-fleet.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { type NodesOptions, nodesCommand } from './nodes-command.ts'

const world = await given({ after })
const { dataDir } = world
const fleet = await givenFleet({ after }, world, { names: ['web-2', 'web-10'], tags: { role: 'web' } })
const silent = await NodeMachine.register(world)
const { InstanceInformationList: [pinged] = [] } = await world.root.call('ssm', 'DescribeInstanceInformation', {
  Filters: [{ Key: 'InstanceIds', Values: [fleet[0]?.nodeId ?? ''] }],
})
/** People look seven seconds after the first node was heard of, however long the tests before these took. */
const lookedAt = new Date((pinged?.LastPingDateTime?.getTime() ?? Number.NaN) + 7_000)

async function nodes(words: readonly string[], options: NodesOptions = {}, columns?: number) {
  const surroundings = testSurroundings({ isTTY: columns !== undefined, now: () => lookedAt })
  if (columns !== undefined) Object.assign(surroundings.stdout, { columns })
  await nodesCommand(words, { dataDir, ...options }, surroundings)
  return { said: surroundings.said(), complained: surroundings.complained() }
}

test('nodes are listed by name as people count, with their state and tags', async () => {
  const { said } = await nodes([])
  const [head = '', ...lines] = said.trimEnd().split('\n')

  assert.match(head, /^NAME +NODE +STATE +PLATFORM +AGENT +LAST PING +TAGS$/)
  assert.match(lines[0] ?? '', new RegExp(`${silent.nodeId} +inactive`))
  assert.match(lines[1] ?? '', /^web-2 +mi-\w+ +online +Debian GNU\/Linux 12 +3\.2\.2303\.0 +[0-7] s ago +role=web$/)
  assert.match(lines[2] ?? '', /^web-10 /)
  assert.equal(lines.length, 3)
})

test('a table fits the terminal, and keeps the ids', async () => {
  const { said } = await nodes([], {}, 50)

  for (const line of said.split('\n')) assert.ok(line.length <= 50, line)
  for (const { nodeId } of fleet) assert.ok(said.includes(nodeId))
})

test('filters choose nodes, by the words of people too', async () => {
  const names = async (...words: string[]) => JSON.parse((await nodes(words, { json: true })).said).length

  assert.equal(await names('tag:role=web'), 2)
  assert.equal(await names('state=offline'), 1)
  assert.equal(await names('state=online', 'platform=Linux'), 2)
  assert.equal(await names('web-[2,10]'), 2)
  assert.match((await nodes(['tag:role=none'])).complained, /No node fits/)
  await assert.rejects(nodes(['web-3']), /There is no node web-3/)
  await assert.rejects(nodes(['=x']), /is no filter/)
})

test('a node cannot give itself a name that passes for something else', async (t) => {
  const other = await given(t)
  const liar = await NodeMachine.register(other)
  for (const ComputerName of ['web\n── web-2 ──', fleet[0]?.nodeId ?? '', '\u202e2-bew', '\x1b[2J']) {
    await liar.report({ ComputerName })
    const { said } = await nodes([liar.nodeId], { dataDir: other.dataDir })

    assert.match(said, new RegExp(`^node +${liar.nodeId}\n`), JSON.stringify(ComputerName))
  }
})

test('of one node all is told that is known, with its last commands', async () => {
  await world.root.call('ssm', 'SendCommand', {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [fleet[0]?.nodeId ?? ''],
    Parameters: { commands: ['id'] },
    Comment: 'who am I',
  })
  const { said } = await nodes(['web-2'])

  assert.match(said, /^name +web-2\nnode +mi-\w+\nstate +online, connected\n/)
  assert.match(said, /\ntags +role=web\nlast commands\n .* AWS-RunShellScript: who am I\n$/)
})

test('what may not be read is left out', async () => {
  const alice = await world.user('alice', [allow('ssm:DescribeInstanceInformation')])
  const environment = {
    AWS_ENDPOINT_URL: world.url,
    AWS_ACCESS_KEY_ID: alice.credentials?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: alice.credentials?.secretAccessKey,
  }
  const surroundings = testSurroundings({ environment })
  await nodesCommand(['web-10'], {}, surroundings)

  assert.match(surroundings.said(), /^name +web-10\nnode +mi-\w+\nstate +online\n/)
  assert.doesNotMatch(surroundings.said(), /tags|last commands/)
})

test('tags of many nodes are shown when they are wanted, and it is said how', async (t) => {
  const other = await given(t)
  const activation = await activate(other, { RegistrationLimit: 26, Tags: [{ Key: 'role', Value: 'web' }] })
  await Promise.all(Array.from({ length: 26 }, () => NodeMachine.register(other, { activation })))
  const { dataDir } = other

  const many = await nodes([], { dataDir }, 120)
  const wanted = await nodes([], { dataDir, tags: true }, 120)

  assert.doesNotMatch(many.said, /TAGS|role=web/)
  assert.match(many.complained, /more than 25 nodes are shown with --tags/)
  assert.equal(wanted.said.match(/role=web/g)?.length, 26)
  assert.equal(wanted.complained, '')
  assert.match((await nodes([], { dataDir, json: true })).said, /"role"/)
})
