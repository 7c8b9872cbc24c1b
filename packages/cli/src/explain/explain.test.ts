import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { account, allow, deny, given } from '@fairlead/testkit/given'
import { NodeMachine } from '@fairlead/testkit/node-machine'
import { clientCall } from '@fairlead/wire/codec'
import { UsageError } from '../cli-error.ts'
import { lintCommand } from '../policy/lint-command.ts'
import { temporaryFolder } from '../testing/server-folder.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { canCommand } from './can-command.ts'
import { mismatchText } from './decision-text.ts'
import { explainCommand } from './explain-command.ts'

// One server for all: each test has names of its own.
const world = await given({ after })
const { root, user, dataDir } = world
const node = await NodeMachine.register(world)
await root.call('ssm', 'AddTagsToResource', {
  ResourceType: 'ManagedInstance',
  ResourceId: node.nodeId,
  Tags: [{ Key: 'team', Value: 'web' }],
})
const onTeam = (value: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Team',
      Effect: 'Allow',
      Action: 'ssm:StartSession',
      Resource: '*',
      Condition: { StringEquals: { 'ssm:resourceTag/team': value } },
    },
  ],
})

async function can(principal: string, action: string, resource: string, options = {}) {
  const surroundings = testSurroundings()
  const status = await canCommand({ principal, action, resource }, { dataDir, ...options }, surroundings)
  return { status, said: surroundings.said() }
}

test('can says yes with the statement that allows, by the tags of the node', async () => {
  await user('alice', [onTeam('web')])

  const { status, said } = await can('alice', 'ssm:StartSession', node.nodeId)

  assert.equal(status, 0)
  assert.match(said, /^Yes: alice may ssm:StartSession on arn:aws:ssm:us-east-1:\d{12}:managed-instance\/mi-/)
  assert.match(said, /Allowed by the inline policy policy-0, from line 1, column \d+/)
})

test('can says no: for another tag, by a Deny, and what policies would like to know', async () => {
  await user('bob', [onTeam('db'), deny('ssm:SendCommand'), onTeam('x')])

  const other = await can('bob', 'ssm:StartSession', node.nodeId)
  const denied = await can('bob', 'ssm:SendCommand', 'document/AWS-RunShellScript')
  const unknown = await can('bob', 'ssm:StartSession', '*')
  const told = await can('bob', 'ssm:StartSession', '*', { context: ['ssm:resourceTag/team=db'], json: true })

  assert.deepEqual([other.status, denied.status, unknown.status, told.status], [1, 1, 1, 0])
  assert.match(other.said, /^No: bob may not .*\n {2}No policy allows it\.\n$/)
  assert.match(denied.said, /document\/AWS-RunShellScript\.\n {2}Denied by the inline policy policy-1, from/)
  assert.match(unknown.said, /-c ssm:resourceTag\/team=…/)
  assert.equal(JSON.parse(told.said).allowed, true)
})

test('can complains of whom or what there is not', async () => {
  await assert.rejects(can('nobody', 'ssm:StartSession', '*'), (error: UsageError) => {
    assert.ok(error instanceof UsageError)
    assert.match(String(error.cause), /nobody cannot be found/)
    return true
  })
  await assert.rejects(can('nobody', 'ssm:StartSession', 'web/1'), { name: 'CliError', message: /no resource/ })
  await assert.rejects(can('nobody', 'ssm:StartSession', 'web-1'), { name: 'CliError', message: /no node web-1/ })
})

test('explain tells a denial as a person would', async () => {
  const carol = await user('carol', [onTeam('db')])
  const { headers, body } = clientCall('ssm', 'StartSession', { Target: node.nodeId })
  const answer = await carol.send({ service: 'ssm', headers, body })
  const surroundings = testSurroundings()

  await explainCommand(String(answer.headers['x-amzn-requestid']), { dataDir }, surroundings)

  const said = surroundings.said()
  assert.match(said, new RegExp(`^arn:aws:iam::${account}:user/carol called ssm:StartSession from 127\\.0\\.0\\.1 at `))
  assert.match(said, /The answer was AccessDeniedException: User: /)
  assert.match(
    said,
    /Denied: ssm:StartSession on arn:aws:ssm:[^\n]*\n {2}No identity-based policy allows it\. What came nearest:/,
  )
  assert.match(said, /- statement 1 \(Team\) of policy-0\n {6}StringEquals ssm:resourceTag\/team: db, but it is web\n/)
})

test('explain tells what was allowed, to root too, and of unknown requests what an id is', async () => {
  const { headers, body } = clientCall('iam', 'ListUsers', {})
  const answer = await root.send({ service: 'iam', headers, body })
  const surroundings = testSurroundings()
  const json = testSurroundings()
  const requestId = String(answer.headers['x-amzn-requestid'])

  await explainCommand(requestId, { dataDir }, surroundings)
  await explainCommand(requestId, { dataDir, json: true }, json)

  assert.match(surroundings.said(), /Allowed: iam:ListUsers .*\n {2}The root of the account may do everything\./)
  assert.equal(JSON.parse(json.said()).Decisions[0].Effect, 'Allowed')
  await assert.rejects(explainCommand('nothing', { dataDir }, surroundings), { name: 'CliError', message: /RequestId/ })
})

test('a mismatch says what a statement wanted and what there was', () => {
  const condition = { Element: 'Condition', Operator: 'Bool', Key: 'aws:MultiFactorAuthPresent', Wanted: ['true'] }

  assert.match(mismatchText(condition), /but the request has no aws:MultiFactorAuthPresent$/)
  assert.equal(
    mismatchText({ Element: 'Resource', Wanted: ['a', 'b', 'c', 'd', 'e'], Got: ['f'] }),
    'Resource: a, b, c, d and 1 more, but it is f',
  )
})

test('lint names place, fault and remedy of a file, and of a managed policy by its ARN', async (t) => {
  const folder = temporaryFolder(t)
  const text = '{"Version":"2012-10-17",\n"Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}]}'
  writeFileSync(join(folder, 'policy.json'), text)
  await root.query('iam', 'CreatePolicy', { PolicyName: 'passing', PolicyDocument: text })
  await root.query('iam', 'CreatePolicy', {
    PolicyName: 'listing',
    PolicyDocument: JSON.stringify(allow('ssm:ListCommands')),
  })
  const lint = async (name: string, options = {}) => {
    const surroundings = testSurroundings({ workingDirectory: folder })
    return { status: await lintCommand(name, { dataDir, ...options }, surroundings), said: surroundings.said() }
  }

  const file = await lint('policy.json')
  const managed = await lint(`arn:aws:iam::${account}:policy/passing`, { json: true })
  const clean = await lint(`arn:aws:iam::${account}:policy/listing`)

  assert.match(file.said, /^policy\.json:2:41 warning pass-any-role statement 1\n.*\n {2}Instead: .*\n\n1 warning\n$/)
  const { findings } = JSON.parse(managed.said)
  assert.deepEqual([file.status, managed.status, findings[0].code], [1, 1, 'pass-any-role'])
  assert.deepEqual(clean, { status: 0, said: 'Nothing in it bites.\n' })
  await assert.rejects(lint('none.json'), { name: 'CliError' })
})
