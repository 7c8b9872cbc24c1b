import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatheredWrites } from './gathered-writes.ts'

test('writes of one turn are held until it is over, and those of the next until that is', () => {
  const log: string[] = []
  const due: (() => void)[] = []
  const stream = { cork: () => void log.push('held'), uncork: () => void log.push('sent') }
  const beforeWrite = gatheredWrites(stream, (act) => due.push(act))
  for (const turn of ['a', 'b']) {
    for (const write of [1, 2]) {
      beforeWrite()
      log.push(`${turn}${write}`)
    }
    for (const act of due.splice(0)) act()
  }
  assert.deepEqual(log, ['held', 'a1', 'a2', 'sent', 'held', 'b1', 'b2', 'sent'])
})
