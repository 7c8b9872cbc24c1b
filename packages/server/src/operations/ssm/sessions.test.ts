import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { channelWorld } from '@fairlead/testkit/channel-world'
import { eventually } from '@fairlead/testkit/eventually'
import { allow, deny, given, type PolicyText } from '@fairlead/testkit/given'

const start = allow('ssm:StartSession')
const own = (variable: string, effect: typeof allow = allow) =>
  effect(['ssm:ResumeSession', 'ssm:TerminateSession'], `arn:aws:ssm:*:*:session/\${aws:${variable}}-*`)
/** The variable, for policies to put in. */
const callersId = `\${aws:userid}`
const denied = { code: 'AccessDeniedException' }
const day = 24 * 60 * 60_000

async function world(t: TestContext) {
  const opened = await channelWorld(t)
  const control = await opened.open()
  const { root, nodeId } = opened
  const describe = async (input: object) => {
    const { Sessions = [] } = await root.call('ssm', 'DescribeSessions', { State: 'Active', ...input })
    return Sessions.map(({ SessionId }) => SessionId)
  }
  return {
    ...opened,
    control,
    describe,
    async start(caller = root): Promise<string> {
      const { SessionId = '' } = await caller.call('ssm', 'StartSession', { Target: nodeId })
      return SessionId
    },
    /** Ends it and waits until it is history. */
    async end(SessionId: string): Promise<void> {
      await root.call('ssm', 'TerminateSession', { SessionId })
      await eventually(async () => {
        opened.clock.advance(1_000)
        return (await describe({ State: 'History' })).includes(SessionId) ? true : undefined
      }, 'history')
    },
  }
}

test("a user resumes and ends their own sessions by either of a session's names, and nobody else's", async (t) => {
  const { user, root, ...opened } = await world(t)
  const byId = await user('alice', [start, own('userid')])
  const byName = await user('bob', [start, own('username')])
  const hers = await opened.start(byId)
  const his = await opened.start(byName)

  for (const operation of ['ResumeSession', 'TerminateSession'] as const) {
    await assert.rejects(byId.call('ssm', operation, { SessionId: his }), denied)
    await assert.rejects(byName.call('ssm', operation, { SessionId: hers }), denied)
    await byId.call('ssm', operation, { SessionId: hers })
    await byName.call('ssm', operation, { SessionId: his })
  }
})

test('a denial by either name is a denial, and names the session as people know it', async (t) => {
  const { user, ...opened } = await world(t)
  const all = [start, allow(['ssm:ResumeSession', 'ssm:TerminateSession'])]
  for (const [name, variable] of [
    ['alice', 'userid'],
    ['bob', 'username'],
  ] as const) {
    const caller = await user(name, [...all, own(variable, deny)])
    const SessionId = await opened.start(caller)
    await assert.rejects(caller.call('ssm', 'TerminateSession', { SessionId }), {
      code: 'AccessDeniedException',
      message: new RegExp(`session/${SessionId} with an explicit deny in an identity-based policy$`),
    })
  }
})

test('policies see the tags that the service puts on a session', async (t) => {
  const { user, nodeId, ...opened } = await world(t)
  const tagged = (key: string, value: string): PolicyText => ({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'ssm:TerminateSession',
        Resource: '*',
        Condition: { StringLike: { [`ssm:resourceTag/aws:ssmmessages:${key}`]: [value] } },
      },
    ],
  })
  const owner = await user('owner', [start, tagged('session-id', callersId)])
  const keeper = await user('keeper', [tagged('target-id', nodeId)])
  const stranger = await user('stranger', [tagged('session-id', callersId), tagged('target-id', 'mi-0')])
  const SessionId = await opened.start(owner)

  await assert.rejects(stranger.call('ssm', 'TerminateSession', { SessionId }), denied)
  await keeper.call('ssm', 'TerminateSession', { SessionId })
  await owner.call('ssm', 'TerminateSession', { SessionId })
})

test('who may not touch a session is not told whether there is one', async (t) => {
  const { user, root, ...opened } = await world(t)
  const nobody = await user('nobody', [own('userid')])
  const message = async (SessionId: string) => {
    const error = await nobody.call('ssm', 'ResumeSession', { SessionId }).catch((refusal: Error) => refusal)
    return (error as Error).message.replaceAll(SessionId, 'ID')
  }
  assert.equal(await message(await opened.start()), await message('root-00000000000000000'))
  const SessionId = 'root-00000000000000000'
  await assert.rejects(root.call('ssm', 'ResumeSession', { SessionId }), { code: 'DoesNotExistException' })
  await assert.rejects(root.call('ssm', 'TerminateSession', { SessionId }), { code: 'ValidationException' })
})

test('a session can be ended twice, and resuming what has ended gives no token', async (t) => {
  const { root, ...opened } = await world(t)
  const SessionId = await opened.start()
  const resumed = await root.call('ssm', 'ResumeSession', { SessionId })
  assert.ok(resumed.TokenValue && resumed.StreamUrl)

  await opened.end(SessionId)

  assert.deepEqual(await root.call('ssm', 'TerminateSession', { SessionId }), { SessionId })
  const late = await root.call('ssm', 'ResumeSession', { SessionId })
  assert.deepEqual([late.SessionId, late.TokenValue], [SessionId, undefined])
  const { Sessions: [ended] = [] } = await root.call('ssm', 'DescribeSessions', { State: 'History' })
  assert.equal(ended?.Status, 'Terminated')
  assert.match(ended.Details ?? '', /Terminated by arn:aws:iam::123456789012:root/)
  assert.ok(ended.EndDate)
})

test('sessions that go on and those that have ended are listed apart, for thirty days', async (t) => {
  const { clock, dataDir, describe, ...opened } = await world(t)
  const first = await opened.start()
  const second = await opened.start()
  await opened.end(first)

  assert.deepEqual(await describe({}), [second])
  assert.deepEqual(await describe({ State: 'History' }), [first])
  await opened.end(second)
  // While no server runs, a month passes at once.
  await opened.stop()
  clock.advance(29 * day)
  const later = await given(t, { clock, dataDir })
  const history = async () => (await later.root.call('ssm', 'DescribeSessions', { State: 'History' })).Sessions?.length
  assert.equal(await history(), 2)
  clock.advance(2 * day)
  assert.equal(await history(), 0)
})

test('listings come in pages and every filter narrows them', async (t) => {
  const { root, clock, user, nodeId, describe, ...opened } = await world(t)
  const alice = await user('alice', [start])
  const first = await opened.start()
  clock.advance(2_000)
  const middle = clock.now().toISOString()
  const second = await opened.start(alice)
  const filter = (key: string, value: string) => describe({ Filters: [{ key, value }] })

  const page = await root.call('ssm', 'DescribeSessions', { State: 'Active', MaxResults: 1 })
  assert.deepEqual(
    page.Sessions?.map(({ SessionId }) => SessionId),
    [second],
  )
  const NextToken = page.NextToken ?? ''
  assert.deepEqual(await describe({ MaxResults: 1, NextToken }), [first])
  await assert.rejects(describe({ State: 'History', NextToken }), { code: 'InvalidNextToken' })

  assert.deepEqual(await filter('Owner', 'arn:aws:iam::123456789012:user/alice'), [second])
  assert.deepEqual(await filter('SessionId', first), [first])
  assert.deepEqual(await filter('Target', nodeId), [second, first])
  assert.deepEqual(await filter('Target', 'mi-0'), [])
  assert.deepEqual(await filter('InvokedAfter', middle), [second])
  assert.deepEqual(await filter('InvokedBefore', middle), [first])
  assert.deepEqual(await filter('Status', 'Connecting'), [second, first])
  assert.deepEqual(await filter('Status', 'Connected'), [])
  assert.deepEqual(await filter('AccessType', 'Standard'), [second, first])
  assert.deepEqual(await filter('AccessType', 'JustInTime'), [])
  await assert.rejects(filter('Status', 'Asleep'), { code: 'ValidationException' })
  await assert.rejects(filter('InvokedAfter', 'yesterday'), { code: 'ValidationException' })
  const twice = { key: 'Target', value: nodeId }
  await assert.rejects(describe({ Filters: [twice, twice] }), { code: 'InvalidFilterKey' })
})
