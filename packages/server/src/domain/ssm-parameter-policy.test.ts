import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextDue, readPolicies, renewedPolicies } from './ssm-parameter-policy.ts'

const now = new Date('2026-01-01T00:00:00Z')
const one = (Type: string, Attributes: object) => ({ Type, Version: '1.0', Attributes })
const read = (...policies: object[]) => readPolicies(JSON.stringify(policies), now)
const dues = (...policies: object[]) => read(...policies).map(({ dueAt }) => dueAt.toISOString())

test('a time of expiration is read in both forms of the user guide', () => {
  const at = (Timestamp: string) => dues(one('Expiration', { Timestamp }))
  assert.deepEqual(at('2026-12-02T21:34:33.000Z'), ['2026-12-02T21:34:33.000Z'])
  assert.deepEqual(at('2026-11-01T22:13:48.87+10:30:00'), ['2026-11-01T11:43:48.870Z'])
  for (const wrong of ['2026-13-01T00:00:00Z', '2026-12-02', '2026-12-02T21:34:33', 'never']) {
    assert.throws(() => at(wrong), { code: 'InvalidPolicyAttributeException' }, wrong)
  }
})

test('notifications are due before the expiration and after the last change, which a change moves', () => {
  const policies = read(
    one('ExpirationNotification', { Before: '2', Unit: 'Hours' }),
    one('Expiration', { Timestamp: '2026-01-03T00:00:00Z' }),
    one('NoChangeNotification', { After: 1, Unit: 'Days' }),
  )
  const times = (list: typeof policies) => list.map(({ dueAt }) => dueAt.toISOString().slice(0, 13))
  assert.deepEqual(times(policies), ['2026-01-02T22', '2026-01-03T00', '2026-01-02T00'])
  assert.equal(nextDue(policies)?.toISOString(), '2026-01-02T00:00:00.000Z')

  const done = policies.map((policy) => ({ ...policy, isDone: true }))
  assert.equal(nextDue(done), undefined)
  const renewed = renewedPolicies(done, new Date('2026-01-02T12:00:00Z'))
  assert.deepEqual(times(renewed), ['2026-01-02T22', '2026-01-03T00', '2026-01-03T12'])
  assert.deepEqual(
    renewed.map(({ isDone }) => isDone),
    [true, true, false],
  )
})

test('spans are whole numbers of hours or days', () => {
  const after =
    (After: unknown, Unit: unknown = 'Days') =>
    () =>
      read(one('NoChangeNotification', { After, Unit }))
  assert.doesNotThrow(after('1'))
  for (const wrong of ['0', '-1', '1.5', '', '10000000', null]) {
    assert.throws(after(wrong), { code: 'InvalidPolicyAttributeException' }, String(wrong))
  }
  assert.throws(after('1', 'days'), { code: 'InvalidPolicyAttributeException' })
})
