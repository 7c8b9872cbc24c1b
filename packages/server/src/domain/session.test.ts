import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceSession, isEnded, type Session, type SessionState, stateOfEnds } from './session.ts'

const at = (seconds: number) => new Date(seconds * 1000)

const connecting: Session = {
  sessionId: 'alice-0123456789abcdef0',
  nodeId: 'mi-00000000000000001',
  ownerArn: 'arn:aws:iam::123456789012:user/alice',
  ownerUserId: 'AIDAEXAMPLE',
  ownerName: 'alice',
  documentName: 'SSM-SessionManagerRunShell',
  documentVersion: '1',
  sessionType: 'Standard_Stream',
  state: 'Connecting',
  startedAt: at(0),
  idleTimeoutMs: 1_200_000,
  tags: {},
  version: 0,
  agentContent: '{}',
}

test('a session that has ended stays as it ended', () => {
  const states: SessionState[] = ['Connecting', 'Connected', 'Disconnected', 'Terminating', 'Terminated', 'Failed']
  for (const end of ['Terminated', 'Failed'] as const) {
    const ended = advanceSession(connecting, end, at(5), 'because')
    assert.ok(isEnded(ended))
    assert.deepEqual([ended.endedAt, ended.details, ended.version], [at(5), 'because', 1])
    for (const state of states) assert.equal(advanceSession(ended, state, at(9)), ended)
  }
})

test('a session that is being ended does not come back to life', () => {
  const terminating = advanceSession(connecting, 'Terminating', at(1))
  assert.equal(terminating.endedAt, undefined)
  for (const state of ['Connecting', 'Connected', 'Disconnected', 'Terminating'] as const) {
    assert.equal(advanceSession(terminating, state, at(2)), terminating)
  }
})

test('the reason given first stays when the next move gives none, and is no longer than AWS allows', () => {
  const terminating = advanceSession(connecting, 'Terminating', at(1), 'x'.repeat(3000))
  assert.equal(terminating.details?.length, 1024)
  assert.equal(advanceSession(terminating, 'Terminated', at(2)).details, terminating.details)
})

test('a session is Connected when both ends are there, or the node alone before the client has ever come', () => {
  const both = { hasNode: true, hasClient: true, hadClient: true }
  assert.equal(stateOfEnds(both), 'Connected')
  assert.equal(stateOfEnds({ ...both, hasClient: false, hadClient: false }), 'Connected')
  assert.equal(stateOfEnds({ ...both, hasClient: false }), 'Disconnected')
  assert.equal(stateOfEnds({ ...both, hasNode: false }), 'Disconnected')
})
