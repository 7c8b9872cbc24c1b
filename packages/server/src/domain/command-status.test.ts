import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Command, type CommandCounts, noCounts } from './command.ts'
import { commandStatus } from './command-status.ts'

function statusOf(counts: Partial<CommandCounts>, more: Partial<Command> = {}): string {
  const command: Command = {
    commandId: 'c',
    documentName: 'AWS-RunShellScript',
    documentVersion: '$DEFAULT',
    comment: '',
    parameters: {},
    nodeIds: [],
    targets: [],
    requestedAt: new Date(0),
    expiresAt: new Date(0),
    timeoutSeconds: 600,
    executionTimeoutSeconds: 3600,
    maxConcurrency: '50',
    maxErrors: '0',
    requestedBy: '',
    counts: { ...noCounts, ...counts },
    ...more,
  }
  const { status, details } = commandStatus(command)
  return status === details ? status : `${status}/${details}`
}

const cancelled = { cancelRequestedAt: new Date(1) }

const cases: readonly [sentence: string, counts: Partial<CommandCounts>, status: string, more?: Partial<Command>][] = [
  ['no target is a success that says so', {}, 'Success/NoInstancesInTag'],
  ['nothing begun is Pending', { target: 2 }, 'Pending'],
  [
    'one whose agent had no room, and none begun, is Pending with details Delayed',
    { target: 2, delayed: 1 },
    'Pending/Delayed',
  ],
  ['one taken and one without room is InProgress', { target: 2, started: 1, delayed: 1 }, 'InProgress'],
  ['one without room that is to stop is Cancelling', { target: 2, delayed: 1 }, 'Cancelling', cancelled],
  ['one taken by an agent is InProgress', { target: 2, started: 1 }, 'InProgress'],
  ['one of two ended is InProgress', { target: 2, started: 1, completed: 1, success: 1 }, 'InProgress'],
  ['asked to stop and not yet stopped is Cancelling', { target: 2, started: 1 }, 'Cancelling', cancelled],
  ['all succeeded is Success', { target: 2, completed: 2, success: 2 }, 'Success'],
  ['one error with MaxErrors 0 is Failed', { target: 2, completed: 2, success: 1, failed: 1 }, 'Failed'],
  [
    'fewer errors than MaxErrors is Incomplete',
    { target: 9, completed: 9, success: 8, failed: 1 },
    'Failed/Incomplete',
    { maxErrors: '3' },
  ],
  [
    'as many errors as MaxErrors is Failed',
    { target: 9, completed: 9, success: 6, failed: 3 },
    'Failed',
    { maxErrors: '3' },
  ],
  ['what was held back by errors ends as Failed', { target: 9, completed: 9, failed: 1, terminated: 8 }, 'Failed'],
  [
    'execution timeouts alone are TimedOut',
    { target: 2, completed: 2, success: 1, executionTimedOut: 1 },
    'TimedOut/ExecutionTimedOut',
  ],
  [
    'delivery timeouts are TimedOut',
    { target: 2, completed: 2, success: 1, deliveryTimedOut: 1 },
    'TimedOut/DeliveryTimedOut',
  ],
  ['cancelled as asked is Cancelled', { target: 2, completed: 2, success: 1, cancelled: 1 }, 'Cancelled', cancelled],
  ['done before it could be cancelled is Success', { target: 2, completed: 2, success: 2 }, 'Success', cancelled],
  ['every node cancelled one by one is Cancelled', { target: 2, completed: 2, cancelled: 2 }, 'Cancelled'],
  [
    'some nodes cancelled one by one is Incomplete',
    { target: 2, completed: 2, success: 1, cancelled: 1 },
    'Failed/Incomplete',
  ],
  ['denied on every node is Failed', { target: 2, completed: 2, accessDenied: 2 }, 'Failed/AccessDenied'],
  [
    'denied on some and done on the others is Success',
    { target: 5, completed: 5, accessDenied: 4, success: 1 },
    'Success',
  ],
  ['undeliverable everywhere is Failed', { target: 2, completed: 2, undeliverable: 2 }, 'Failed/Undeliverable'],
  ['undeliverable on some counts for nothing', { target: 5, completed: 5, undeliverable: 4, success: 1 }, 'Success'],
]

for (const [sentence, counts, status, more] of cases) {
  test(`command status: ${sentence}`, () => assert.equal(statusOf(counts, more), status))
}
