import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'

const hourMs = 3_600_000
const policy = (Type: string, Attributes: object) => ({ Type, Version: '1.0', Attributes })
const policies = [
  policy('Expiration', { Timestamp: '2026-11-24T13:00:00.000+01:00' }),
  policy('ExpirationNotification', { Before: '1', Unit: 'Days' }),
  policy('NoChangeNotification', { After: 36, Unit: 'Hours' }),
]

test('policies are told before and at the expiration, which deletes the parameter', async (t) => {
  const told: string[] = []
  const note = (fields: object) => {
    if ('policy' in fields) told.push(String(fields.policy))
  }
  const clock = new ManualClock()
  const { root } = await given(t, { clock, log: { debug() {}, info: note, warn() {}, error() {} } })
  const put = {
    Name: '/a/b',
    Value: 'x',
    Type: 'String',
    Tier: 'Advanced',
    Policies: JSON.stringify(policies),
  } as const
  await root.call('ssm', 'PutParameter', put)
  await root.call('ssm', 'PutParameter', { Name: '/a/c', Value: 'x', Type: 'String' })
  const statuses = async () =>
    (await root.call('ssm', 'DescribeParameters', {})).Parameters?.[0]?.Policies?.map(
      ({ PolicyStatus }) => PolicyStatus,
    )
  /** Lets time pass until the sweep has done what it should. */
  const after = async (ms: number, count: number) => {
    clock.advance(ms)
    await eventually(() => {
      if (told.length >= count) return true
      clock.advance(60_000)
      return undefined
    }, `${count} policies, not ${told.length}`)
  }

  assert.deepEqual(await statuses(), ['Pending', 'Pending', 'Pending'])
  await after(24 * hourMs, 1)
  assert.deepEqual(await statuses(), ['Pending', 'Finished', 'Pending'])
  await after(12 * hourMs, 2)
  assert.deepEqual(await statuses(), ['Pending', 'Finished', 'Finished'])
  await after(12 * hourMs, 3)
  await eventually(async () => {
    const { Parameters = [] } = await root.call('ssm', 'DescribeParameters', {})
    return Parameters.length === 1 ? true : undefined
  }, 'the parameter to go')
  assert.deepEqual(told, ['ExpirationNotification', 'NoChangeNotification', 'Expiration'])
})

test('an overwrite keeps the policies, a new list replaces them, and an empty one takes them away', async (t) => {
  const { root } = await given(t, { clock: new ManualClock() })
  const put = (more: object) =>
    root.call('ssm', 'PutParameter', { Name: 'p', Value: 'x', Type: 'String', Overwrite: true, ...more } as never)
  const types = async () =>
    (await root.call('ssm', 'DescribeParameters', {})).Parameters?.[0]?.Policies?.map(({ PolicyType }) => PolicyType)

  assert.equal((await put({ Tier: 'Intelligent-Tiering', Policies: JSON.stringify(policies) })).Tier, 'Advanced')
  await put({})
  assert.deepEqual(await types(), ['Expiration', 'ExpirationNotification', 'NoChangeNotification'])
  await put({ Policies: JSON.stringify(policies.slice(0, 1)) })
  assert.deepEqual(await types(), ['Expiration'])
  await put({ Policies: '[{}]' })
  assert.deepEqual(await types(), [])
  const history = (await root.call('ssm', 'GetParameterHistory', { Name: 'p' })).Parameters
  assert.deepEqual(
    history?.map(({ Policies = [] }) => Policies.length),
    [3, 3, 1, 0],
  )
})
