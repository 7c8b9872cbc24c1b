import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '@fairlead/testkit/api-client'
import { allow, given, type PolicyText } from '@fairlead/testkit/given'
import { NodeMachine } from '@fairlead/testkit/node-machine'

const Target = 'i-02573cafcf0example'
const node = `arn:aws:ec2:us-east-1:123456789012:instance/${Target}`
const document = (name: string) => `arn:aws:ssm:us-east-1:123456789012:document/${name}`
const standard = document('SSM-SessionManagerRunShell')
const custom = document('MySession')
const ssh = 'arn:aws:ssm:us-east-1::document/AWS-StartSSHSession'

type Check = 'true' | 'false' | undefined

function statement(Resource: string | readonly string[], check: Check = undefined, Effect = 'Allow'): object {
  const Condition = { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': check } }
  return { Effect, Action: 'ssm:StartSession', Resource, ...(check === undefined ? {} : { Condition }) }
}

/** The ways to ask: without a document, with the default one, with one's own, with Amazon's for SSH. */
const ways = [undefined, 'SSM-SessionManagerRunShell', 'MySession', 'AWS-StartSSHSession'] as const

type Answer = 'allow' | 'deny' | 'refuse'

/**
 * What the user guide's page on the document access check says, one row per policy ("Enforce a session
 * document permission check for the AWS CLI"). `refuse` is an explicit denial.
 */
const table: readonly [
  policy: string,
  statements: readonly object[],
  answers: readonly [Answer, Answer, Answer, Answer],
][] = [
  ['the node only', [statement(node)], ['allow', 'allow', 'deny', 'deny']],
  ['node and default document', [statement([node, standard])], ['allow', 'allow', 'deny', 'deny']],
  ['the same with the check', [statement([node, standard], 'true')], ['deny', 'allow', 'deny', 'deny']],
  ['node and custom document with the check', [statement([node, custom], 'true')], ['deny', 'deny', 'allow', 'deny']],
  ['the node only with the check', [statement(node, 'true')], ['deny', 'deny', 'deny', 'deny']],
  ['the node only with the check off', [statement(node, 'false')], ['allow', 'allow', 'deny', 'deny']],
  ['node and custom document, check off', [statement([node, custom], 'false')], ['allow', 'allow', 'allow', 'deny']],
  [
    'the check in one of two statements',
    [statement([node, standard], 'true'), statement('*')],
    ['allow', 'allow', 'allow', 'allow'],
  ],
  ['everything', [statement('*')], ['allow', 'allow', 'allow', 'allow']],
  ['everything with the check', [statement('*', 'true')], ['deny', 'allow', 'allow', 'allow']],
  ['a document only', [statement(standard)], ['deny', 'deny', 'deny', 'deny']],
  ["Amazon's document by its own ARN", [statement([node, ssh])], ['allow', 'allow', 'deny', 'allow']],
  [
    "Amazon's document under the account",
    [statement([node, document('AWS-StartSSHSession')])],
    ['allow', 'allow', 'deny', 'deny'],
  ],
  [
    'a denial of one document',
    [statement('*'), statement(ssh, undefined, 'Deny')],
    ['allow', 'allow', 'allow', 'refuse'],
  ],
  [
    'a denial of the default document',
    [statement('*'), statement(standard, undefined, 'Deny')],
    ['refuse', 'refuse', 'allow', 'allow'],
  ],
  [
    'a denial of the node',
    [statement('*'), statement(node, undefined, 'Deny')],
    ['refuse', 'refuse', 'refuse', 'refuse'],
  ],
  [
    'a denial of who names a document',
    [statement('*'), statement('*', 'true', 'Deny')],
    ['allow', 'refuse', 'refuse', 'refuse'],
  ],
  [
    'a denial of who names none',
    [statement('*'), statement('*', 'false', 'Deny')],
    ['refuse', 'allow', 'allow', 'allow'],
  ],
]

test('who may start a session, with and without naming a document, is as the user guide says', async (t) => {
  const world = await given(t)
  for (const [index, [policy, Statement, answers]] of table.entries()) {
    const user = await world.user(`user-${index}`, [{ Version: '2012-10-17', Statement } satisfies PolicyText])
    for (const [way, DocumentName] of ways.entries()) {
      const asked = user.call('ssm', 'StartSession', { Target, ...(DocumentName ? { DocumentName } : {}) })
      assert.equal(await answerOf(asked), answers[way], `${policy}, ${DocumentName ?? 'no document'}`)
    }
  }
})

/** What is allowed fails later: there is no such node. */
async function answerOf(asked: Promise<unknown>): Promise<Answer> {
  try {
    await asked
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.code === 'AccessDeniedException') return /explicit deny/.test(error.message) ? 'refuse' : 'deny'
    assert.ok(['TargetNotConnected', 'InvalidDocument'].includes(error.code), error.code)
  }
  return 'allow'
}

test('a refusal ends in the words that people search for', async (t) => {
  const { caller } = await given(t, { policies: [allow('ssm:StartSession', node)] })
  await assert.rejects(caller.call('ssm', 'StartSession', { Target, DocumentName: 'MySession' }), {
    code: 'AccessDeniedException',
    message:
      'User: arn:aws:iam::123456789012:user/alice is not authorized to perform: ssm:StartSession on resource: ' +
      'arn:aws:ssm:us-east-1:123456789012:document/MySession because no identity-based policy allows the ssm:StartSession action',
  })
})

test('a statement on tags covers the node and not the document that has none', async (t) => {
  const Condition = { StringLike: { 'ssm:resourceTag/Finance': ['WebServers'] } }
  const tagged = {
    Effect: 'Allow',
    Action: 'ssm:StartSession',
    Resource: ['arn:aws:ssm:*:*:managed-instance/*', 'arn:aws:ssm:*:*:document/*'],
    Condition,
  }
  const world = await given(t)
  const user = await world.user('alice', [{ Version: '2012-10-17', Statement: [tagged] }])
  const { nodeId } = await NodeMachine.register(world, { tags: { Finance: 'WebServers' } })
  const start = (DocumentName?: string) =>
    answerOf(user.call('ssm', 'StartSession', { Target: nodeId, ...(DocumentName ? { DocumentName } : {}) }))

  assert.equal(await start(), 'allow')
  assert.equal(await start('AWS-StartPortForwardingSession'), 'deny')
})
