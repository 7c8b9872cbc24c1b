import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlannedStep } from './document.ts'
import { type StepResult, statusOf } from './record.ts'
import { isSkipped, resultOf } from './step-result.ts'

const run = { startedAt: 1, endedAt: 2, folder: '/f' }
const stepWith = (inputs: PlannedStep['inputs']): PlannedStep => ({
  name: 's',
  plugin: 'aws:runShellScript',
  inputs,
  precondition: { kind: 'met' },
  crossPlatform: true,
})
const exit = (code: number, inputs = {}) => resultOf(stepWith(inputs), { kind: 'exited', code }, run)

test('exit code 168 succeeds, 169 fails, and both skip what follows', () => {
  for (const [code, status] of [
    [168, 'Success'],
    [169, 'Failed'],
  ] as const) {
    const result = exit(code)
    assert.equal(result.status, status)
    assert.equal(isSkipped([stepWith({}), stepWith({})], [result]), true)
  }
})

test('a failed step does not stop the document unless it says so', () => {
  const after = (inputs: PlannedStep['inputs']) => isSkipped([stepWith(inputs), stepWith({})], [exit(1, inputs)])
  assert.equal(after({}), false)
  assert.equal(after({ onFailure: 'exit' }), true)
  assert.equal(after({ onFailure: 'successAndExit' }), true)
})

test('onFailure successAndExit turns a failure into success with code 168', () => {
  const { status, code } = exit(1, { onFailure: 'successAndExit' })
  assert.deepEqual([status, code], ['Success', 168])
})

test('onSuccess exit skips what follows a success, and not what follows a failure', () => {
  const inputs = { onSuccess: 'exit' }
  const steps = [stepWith(inputs), stepWith({})]
  assert.equal(isSkipped(steps, [exit(0, inputs)]), true)
  assert.equal(isSkipped(steps, [exit(1, inputs)]), false)
})

test('a finally step runs only as the last of its document', () => {
  const finallyStep = stepWith({ finallyStep: true })
  assert.equal(isSkipped([stepWith({}), finallyStep], [exit(169)]), false)
  assert.equal(isSkipped([stepWith({}), finallyStep, stepWith({})], [exit(169)]), true)
})

test('a killed step carries code 137, and one that left no exit status fails', () => {
  const killed = resultOf(stepWith({}), { kind: 'killed', reason: 'TimedOut' }, run)
  assert.deepEqual([killed.status, killed.code], ['TimedOut', 137])
  assert.equal(resultOf(stepWith({}), { kind: 'vanished' }, run).status, 'Failed')
})

test('the worst step decides on the document: failed before timed out before cancelled', () => {
  const of = (...statuses: StepResult['status'][]) =>
    statusOf(statuses.map((status) => ({ status, code: 0, startedAt: 0, endedAt: 0 })))
  assert.equal(of('Success', 'Skipped'), 'Success')
  assert.equal(of('Success', 'Cancelled'), 'Cancelled')
  assert.equal(of('Cancelled', 'TimedOut'), 'TimedOut')
  assert.equal(of('TimedOut', 'Failed', 'Success'), 'Failed')
})
