import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hint } from '../../domain/hint.ts'
import { advanceSession, type Session } from '../../domain/session.ts'
import type { SessionFilter, SessionRange, SessionStore } from '../session-store.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1000)

/** Session `n`, started at second `n`. */
function sample(n: number, changes: Partial<Session> = {}): Session {
  return {
    sessionId: `alice-${String(n).padStart(17, '0')}`,
    nodeId: 'mi-00000000000000001',
    ownerArn: 'arn:aws:iam::123456789012:user/alice',
    ownerUserId: 'AIDAEXAMPLE',
    ownerName: 'alice',
    documentName: 'SSM-SessionManagerRunShell',
    documentVersion: '1',
    sessionType: 'Standard_Stream',
    reason: undefined,
    state: 'Connecting',
    details: undefined,
    startedAt: at(n),
    endedAt: undefined,
    maxDurationMs: undefined,
    idleTimeoutMs: 1_200_000,
    logTargets: undefined,
    tags: { 'aws:ssmmessages:target-id': 'mi-00000000000000001' },
    version: 0,
    agentContent: '{"SessionId":"é"}',
    ...changes,
  }
}

/** What every implementation promises. `open` gives an empty store and what it announces. */
export function sessionStoreContract(open: () => { store: SessionStore; hints: readonly Hint[] }): void {
  test('a session is read back as it was added, and announced', async () => {
    const { store, hints } = open()
    const plain = sample(1)
    const logTargets = { bucket: 'logs', keyPrefix: 'a/b', logGroup: '/sessions' }
    const ended = { endedAt: at(9), state: 'Failed' } as const
    const full = sample(2, { reason: 'look', details: 'none', maxDurationMs: 60_000, logTargets, ...ended })
    await store.addSession(plain)
    await store.addSession(full)

    assert.deepEqual(await store.findSession(plain.sessionId), plain)
    assert.deepEqual(await store.findSession(full.sessionId), full)
    assert.equal(await store.findSession('alice-nothing'), undefined)
    const { sessionId, nodeId } = plain
    assert.deepEqual(hints[0], { kind: 'session-started', sessionId, nodeId })
  })

  test('old sessions that have ended go, and others stay', async () => {
    const { store } = open()
    const ended = (n: number, end: number) => sample(n, { endedAt: at(end), state: 'Terminated' })
    for (const session of [ended(1, 2), ended(2, 50), sample(3), ended(60, 61)]) await store.addSession(session)

    assert.equal(await store.dropEnded(at(10)), false)

    assert.equal(await store.findSession(sample(1).sessionId), undefined)
    for (const n of [2, 3, 60]) assert.ok(await store.findSession(sample(n).sessionId), `session ${n}`)
  })

  test('of two changes of one session the second is refused and changes nothing', async () => {
    const { store, hints } = open()
    const session = sample(1)
    await store.addSession(session)
    const connected = advanceSession(session, 'Connected', at(2))
    const failed = advanceSession(session, 'Failed', at(2), 'too late')

    assert.deepEqual(
      [await store.saveSession(session, connected), await store.saveSession(session, failed)],
      [true, false],
    )
    assert.deepEqual(await store.findSession(session.sessionId), connected)
    assert.equal(hints.length, 1)
  })

  test('that a session is to be ended is announced once, with its reason', async () => {
    const { store, hints } = open()
    const session = sample(1)
    await store.addSession(session)
    const ending = advanceSession(session, 'Terminating', at(2), 'enough')
    await store.saveSession(session, ending)
    await store.saveSession(ending, advanceSession(ending, 'Terminated', at(3)))

    const { sessionId, nodeId } = session
    assert.deepEqual(hints.slice(1), [{ kind: 'session-ending', sessionId, nodeId, reason: 'enough' }])
  })

  test('listings are newest first, in pages without gaps, of what goes on or of what has ended since', async () => {
    const { store } = open()
    const ended = (n: number) => sample(n, { state: 'Terminated', endedAt: at(100 + n) })
    for (const session of [1, 2, 3, 4, 5].map((n) => sample(n))) await store.addSession(session)
    for (const session of [6, 7, 8].map(ended)) await store.addSession(session)

    assert.deepEqual(await walk(store, 'active', {}), [5, 4, 3, 2, 1])
    assert.deepEqual(await walk(store, { endedSince: at(0) }, {}), [8, 7, 6])
    assert.deepEqual(await walk(store, { endedSince: at(107) }, {}), [8, 7])
    const page = await store.activeSessions({ limit: 3 })
    assert.deepEqual(page.items.map(numberOf), [1, 2, 3])
    assert.deepEqual((await store.activeSessions({ limit: 3, after: page.next })).items.map(numberOf), [4, 5])
  })

  test('every filter narrows a listing', async () => {
    const { store } = open()
    await store.addSession(sample(1, { nodeId: 'mi-00000000000000002' }))
    await store.addSession(sample(2, { ownerArn: 'arn:aws:iam::123456789012:user/bob' }))
    await store.addSession(sample(3, { state: 'Connected' }))
    const find = (filter: SessionFilter) => walk(store, 'active', filter)

    assert.deepEqual(await find({ nodeId: 'mi-00000000000000002' }), [1])
    assert.deepEqual(await find({ ownerArn: 'arn:aws:iam::123456789012:user/bob' }), [2])
    assert.deepEqual(await find({ state: 'Connected' }), [3])
    assert.deepEqual(await find({ sessionId: sample(2).sessionId }), [2])
    assert.deepEqual(await find({ startedAfter: at(2) }), [3, 2])
    assert.deepEqual(await find({ startedBefore: at(2) }), [1])
    assert.deepEqual(await find({ startedBefore: at(2), state: 'Connected' }), [])
  })

  test('a place that no page gave is the end of the listing', async () => {
    const { store } = open()
    await store.addSession(sample(1))
    for (const after of ['', 'x', '/', '1e400/a', '9'.repeat(400)]) {
      assert.deepEqual(await store.listSessions('active', {}, { limit: 5, after }), { items: [] }, after)
    }
  })
}

async function walk(store: SessionStore, range: SessionRange, filter: SessionFilter): Promise<number[]> {
  const found: number[] = []
  let after: string | undefined
  do {
    const page = await store.listSessions(range, filter, { limit: 2, after })
    found.push(...page.items.map(numberOf))
    after = page.next
  } while (after !== undefined)
  return found
}

function numberOf({ sessionId }: Session): number {
  return Number(sessionId.slice('alice-'.length))
}
