import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CommandPool } from './command-pool.ts'

test('a place that is given back can be had again', () => {
  const pool = new CommandPool(1, 1)
  const [first, second] = [pool.reserve(), pool.reserve()]
  assert.deepEqual([first?.immediate, second?.immediate], [true, false])
  assert.equal(pool.reserve(), undefined)
  second?.giveBack()
  first?.giveBack()
  assert.equal(pool.reserve()?.immediate, true)
})

test('never more run than there are workers, none is forgotten, and they begin in their order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(3), { maxLength: 20 }), async (workers, turns) => {
      const pool = new CommandPool(workers, 100)
      const begun: number[] = []
      let running = 0
      await Promise.all(
        turns.map(
          (count, index) =>
            new Promise<void>((resolve) => {
              pool.reserve()?.start(async () => {
                begun.push(index)
                assert.ok(++running <= workers)
                for (let turn = 0; turn < count; turn++) await Promise.resolve()
                running--
                resolve()
              })
            }),
        ),
      )
      assert.deepEqual(begun, [...turns.keys()])
    }),
  )
})
