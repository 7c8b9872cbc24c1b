import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { afterAcknowledgement } from './acknowledgement.ts'
import {
  advance,
  type Invocation,
  type InvocationStatus,
  isTerminal,
  mayMove,
  type PluginRecord,
} from './invocation.ts'
import { afterReport, type Report } from './report.ts'

const at = (seconds: number) => new Date(seconds * 1000)

const fresh: Invocation = {
  commandId: 'c',
  nodeId: 'n',
  status: 'Pending',
  details: 'Pending',
  requestedAt: at(0),
  deliverBy: at(600),
  expiresAt: at(4200),
  plugins: [],
  version: 0,
}

function step(name: string, status: string): PluginRecord {
  return { step: name, plugin: 'aws:runShellScript', status, code: status === 'Success' ? 0 : 1 }
}

function report(documentStatus: string, ...steps: readonly PluginRecord[]): Report {
  return { documentStatus, trace: '', steps }
}

function told(invocation: Invocation, ...reports: readonly Report[]): Invocation {
  return reports.reduce((now, next, index) => afterReport(now, next, at(10 + index)) ?? now, invocation)
}

test('an ordinary course ends in Success with its step', () => {
  const end = told(
    fresh,
    report('InProgress'),
    report('InProgress', step('a', 'Success')),
    report('Success', step('a', 'Success')),
  )
  assert.equal(end.details, 'Success')
  assert.deepEqual(end.endedAt, at(12))
  assert.equal(end.plugins.length, 1)
})

test('the end may come before the last step, which is still filled in', () => {
  const end = told(
    fresh,
    report('InProgress', step('a', 'Success')),
    report('Failed'),
    report('InProgress', step('b', 'Failed')),
  )
  assert.equal(end.details, 'Failed')
  assert.deepEqual(end.endedAt, at(11))
  assert.deepEqual(
    end.plugins.map(({ step: name, status }) => `${name} ${status}`),
    ['a Success', 'b Failed'],
  )
})

test('a second end changes nothing', () => {
  const end = told(fresh, report('Success', step('a', 'Success')))
  assert.equal(afterReport(end, report('Failed', step('a', 'Failed')), at(99)), undefined)
})

test('a repeated reply changes nothing', () => {
  const running = told(fresh, report('InProgress'), report('InProgress', step('a', 'Success')))
  assert.equal(afterReport(running, report('InProgress', step('a', 'Success')), at(99)), undefined)
  assert.equal(afterReport(running, report('InProgress'), at(99)), undefined)
})

test('what the server has given up stays as it was answered', () => {
  const running = told(fresh, report('InProgress'))
  const givenUp = advance(running, 'DeliveryTimedOut', at(4200))
  assert.ok(givenUp)
  assert.equal(afterReport(givenUp, report('Success', step('a', 'Success')), at(9999)), undefined)
  const undelivered = advance(fresh, 'DeliveryTimedOut', at(4200))
  assert.ok(undelivered)
  assert.equal(afterReport(undelivered, report('Success', step('a', 'Success')), at(700)), undefined)
})

test('a reply proves delivery although its acknowledgement was lost', () => {
  const running = told(fresh, report('InProgress'))
  assert.deepEqual(running.deliveredAt, at(10))
  assert.deepEqual(running.expiresAt, fresh.expiresAt)
})

test('a reboot is not an end', () => {
  const rebooting = told(fresh, report('InProgress'), report('SuccessAndReboot', step('a', 'SuccessAndReboot')))
  assert.equal(rebooting.details, 'InProgress')
})

test('an agent cannot make us store endless steps', () => {
  const many = Array.from({ length: 300 }, (_, index) => step(`s${index}`, 'Success'))
  const end = told(
    fresh,
    report('InProgress', ...many.slice(0, 64)),
    report('InProgress', ...many.slice(64, 128)),
    report('Success', ...many),
  )
  assert.equal(end.plugins.length, 100)
  assert.equal(end.details, 'Success')
})

const meanings = {
  '200': 'InProgress',
  '51405': 'InProgress',
  '51402': 'Delayed',
  '51401': 'Delayed',
  '51403': 'Failed',
  '51406': 'Failed',
  '51407': 'Failed',
  '51408': 'Failed',
} as const
for (const [statusCode, details] of Object.entries(meanings)) {
  test(`an acknowledgement with ${statusCode} makes a pending invocation ${details}`, () => {
    const next = afterAcknowledgement(fresh, { statusCode, at: at(5) })
    assert.equal(next?.details, details)
    assert.equal(next?.deliveredAt !== undefined, details === 'InProgress')
    if (details === 'Failed') assert.match(next?.trace ?? '', /refused the command: /)
  })
}

test('a refusal after delivery changes nothing', () => {
  const running = afterAcknowledgement(fresh, { statusCode: '200', at: at(5) })
  assert.ok(running)
  for (const statusCode of ['200', '51405', '51402', '51406']) {
    assert.equal(afterAcknowledgement(running, { statusCode, at: at(6) }), undefined)
  }
})

const statuses: readonly InvocationStatus[] = [
  'Pending',
  'Delayed',
  'InProgress',
  'Cancelling',
  'Success',
  'Failed',
  'TimedOut',
  'Cancelled',
]

test('no status can be left once it is terminal, and none goes back to Pending but Delayed', () => {
  for (const from of statuses) {
    for (const to of statuses) {
      if (isTerminal(from)) assert.equal(mayMove(from, to), false, `${from} to ${to}`)
      if (to === 'Pending') assert.equal(mayMove(from, to), from === 'Delayed', `${from} to ${to}`)
      if (to === 'InProgress')
        assert.equal(mayMove(from, to), from === 'Pending' || from === 'Delayed', `${from} to ${to}`)
    }
  }
})

const anyReport = fc.record({
  documentStatus: fc.constantFrom(
    'InProgress',
    'Success',
    'Failed',
    'TimedOut',
    'Cancelled',
    'SuccessAndReboot',
    'Nonsense',
  ),
  trace: fc.constantFrom('', 'why'),
  steps: fc.array(
    fc
      .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('InProgress', 'Success', 'Failed'))
      .map(([name, status]) => step(name, status)),
    { maxLength: 2 },
  ),
})
const anyEvent = fc.oneof(
  anyReport.map((it) => (invocation: Invocation, when: Date) => afterReport(invocation, it, when)),
  fc
    .constantFrom(...Object.keys(meanings))
    .map(
      (statusCode) => (invocation: Invocation, when: Date) =>
        afterAcknowledgement(invocation, { statusCode, at: when }),
    ),
  fc
    .constantFrom('Cancelling', 'Cancelled', 'DeliveryTimedOut', 'ExecutionTimedOut', 'Terminated', 'Undeliverable')
    .map((details) => (invocation: Invocation, when: Date) => advance(invocation, details as 'Cancelled', when)),
)

test('whatever is reported in whatever order, an invocation ends at most once and never moves back', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
      let invocation = fresh
      for (const [index, event] of events.entries()) {
        const next = event(invocation, at(index + 1))
        if (!next) continue
        assert.equal(next.version, invocation.version + 1)
        if (next.status !== invocation.status) assert.ok(mayMove(invocation.status, next.status))
        if (isTerminal(invocation.status)) {
          assert.deepEqual(
            [next.status, next.details, next.endedAt],
            [invocation.status, invocation.details, invocation.endedAt],
          )
        }
        if (invocation.deliveredAt) assert.deepEqual(next.deliveredAt, invocation.deliveredAt)
        for (const before of invocation.plugins) {
          const after: PluginRecord | undefined = next.plugins.find(({ step: name }) => name === before.step)
          if (before.status !== 'InProgress') assert.deepEqual(after, before)
        }
        invocation = next
      }
      assert.equal(isTerminal(invocation.status), invocation.endedAt !== undefined)
    }),
  )
})
