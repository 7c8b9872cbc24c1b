import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Decision } from '@fairlead/iam'
import { type ApiClient, ApiError } from '@fairlead/testkit/api-client'
import { account, type Given, given, type PolicyText, removal } from '@fairlead/testkit/given'
import type { InputOf } from '@fairlead/wire/codec'
import { openStore } from '../store/open-store.ts'

// Whole calls of the two user guides' policies, one a line: `policy` names a document, `node` is there, `case` asks.
interface NamedPolicy {
  readonly policy: string
  readonly document: PolicyText
}

interface Node {
  readonly node: string
  readonly region: string
  readonly tags: Readonly<Record<string, string>>
}

interface Asked {
  readonly case: string
  readonly region: string
  readonly policies: readonly string[]
  readonly expect: Decision['effect']
  /** The one that is refused, where it is known. */
  readonly resource?: string
  readonly message?: string
}

interface Command extends Asked {
  readonly operation: 'SendCommand'
  readonly input: InputOf<'ssm', 'SendCommand'>
}

interface Session extends Asked {
  readonly operation: 'StartSession'
  readonly input: InputOf<'ssm', 'StartSession'>
}

const lines: readonly (NamedPolicy | Node | Command | Session)[] = readFileSync(
  new URL('./operation-vectors.jsonl', import.meta.url),
  'utf8',
)
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line))

const documents = new Map(lines.flatMap((line) => ('policy' in line ? [[line.policy, line.document] as const] : [])))
const cases = lines.filter((line) => 'case' in line)
const preferences = JSON.stringify({
  schemaVersion: '1.0',
  sessionType: 'Standard_Stream',
  inputs: { runAsEnabled: false },
})

for (const region of new Set(cases.map((one) => one.region))) {
  test(`the whole calls of the guides in ${region} are decided as there, with AWS's words`, async (t) => {
    const world = await worldWithNodes(t, region)
    const alice = await world.user('alice', [])
    const custom = { Name: 'MySession', Content: preferences, DocumentType: 'Session' } as const
    await world.root.call('ssm', 'CreateDocument', custom)

    for (const asked of cases.filter((one) => one.region === region)) {
      await t.test(`${asked.case} is ${asked.expect}`, async () => {
        await bind(world, asked.policies)
        const answer = await answerOf(alice, world.root, asked)

        assert.equal(answer.effect, asked.expect, answer.message)
        if (asked.message !== undefined) assert.equal(answer.message, asked.message)
        if (asked.resource !== undefined) assert.equal(resourceIn(answer.message), asked.resource)
      })
    }
  })
}

test('no case of the guides is left out', () => {
  assert.equal(cases.filter(({ operation }) => operation === 'SendCommand').length, 10)
  assert.equal(cases.filter(({ operation }) => operation === 'StartSession').length, 18)
})

/** A server whose nodes have the ids of the vectors: `i-` ids, which no registration gives. */
async function worldWithNodes(t: TestContext, region: string): Promise<Given> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-test-'))
  t.after(() => rmSync(dataDir, removal))
  const now = () => new Date()
  const { store, database } = await openStore({
    dataDir,
    masterKey: undefined,
    scope: { account, region },
    now,
    randomBytes: (length) => randomBytes(length),
    announce: () => {},
  })
  const nodes = lines.filter((line) => 'node' in line).filter((line) => line.region === region)
  const activationId = '11111111-2222-4333-8444-555555555555'
  const roleName = 'nodes'
  await store.nodes.addActivation({
    activationId,
    codeHash: '',
    roleName,
    registrationLimit: nodes.length,
    registrationsCount: 0,
    createdAt: now(),
    expiresAt: new Date(now().getTime() + 60_000),
    tags: {},
  })
  for (const { node: nodeId, tags } of nodes) {
    const keys = { publicKey: nodeId, publicKeyType: 'Rsa', fingerprint: nodeId } as const
    const registered = { activationId, roleName, registeredAt: now(), pingStatus: 'Inactive' } as const
    assert.equal(await store.nodes.registerNode({ nodeId, ...keys, ...registered, tags }), 'registered')
  }
  await database.close()
  return given(t, { region, dataDir })
}

/** Gives alice these policies and no others. */
async function bind({ root }: Given, policies: readonly string[]): Promise<void> {
  for (const [index, PolicyName] of ['first', 'second'].entries()) {
    const document = documents.get(policies[index] ?? '') ?? { Version: '2012-10-17', Statement: nothing }
    const PolicyDocument = JSON.stringify(document)
    await root.query('iam', 'PutUserPolicy', { UserName: 'alice', PolicyName, PolicyDocument })
  }
}

const nothing = [{ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' }]

interface Answer {
  readonly effect: Decision['effect']
  readonly message: string
}

/** What the caller can tell of the decision. */
async function answerOf(caller: ApiClient, root: ApiClient, asked: Command | Session): Promise<Answer> {
  try {
    if (asked.operation === 'StartSession') {
      await caller.call('ssm', 'StartSession', asked.input)
      return { effect: 'Allowed', message: '' }
    }
    const { Command: { CommandId } = {} } = await caller.call('ssm', 'SendCommand', asked.input)
    const { CommandInvocations: invocations = [] } = await root.call('ssm', 'ListCommandInvocations', { CommandId })
    assert.notEqual(invocations.length, 0)
    // Of the nodes that Targets choose each is decided on its own.
    const denied = invocations.filter(({ StatusDetails }) => StatusDetails === 'AccessDenied')
    return { effect: denied.length === 0 ? 'Allowed' : 'ImplicitlyDenied', message: '' }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const { code, message } = error
    // Who may not start a session never learns that there is nobody to talk to.
    if (code === 'TargetNotConnected') return { effect: 'Allowed', message }
    if (code !== 'AccessDeniedException') throw error
    return { effect: / with an explicit deny in /.test(message) ? 'ExplicitlyDenied' : 'ImplicitlyDenied', message }
  }
}

function resourceIn(message: string): string | undefined {
  return /on resource: (\S+)/.exec(message)?.[1]
}
