import assert from 'node:assert/strict'
import { test } from 'node:test'
import { untilInterrupted } from './until-interrupted.ts'

test('a hang-up stops what was not begun with nohup, and nothing else', () => {
  const before = process.listenerCount('SIGHUP')
  for (const [environment, more] of [
    [{}, 1],
    [{ FAIRLEAD_NOHUP: '1' }, 0],
  ] as const) {
    const { forget } = untilInterrupted(environment)
    assert.equal(process.listenerCount('SIGHUP'), before + more)
    forget()
    assert.equal(process.listenerCount('SIGHUP'), before)
  }
})
