import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fold, unfold } from './node-set.ts'

const cases: readonly (readonly [names: readonly string[], sets: readonly string[]])[] = [
  [['web-01', 'web-02', 'web-03', 'web-05'], ['web-[01-03,05]']],
  [['web-8', 'web-9', 'web-10', 'web-12'], ['web-[8-10,12]']],
  [['web-09', 'web-10', 'web-11'], ['web-[09-11]']],
  [['web-1.dc2.example', 'web-2.dc2.example'], ['web-[1-2].dc2.example']],
  [
    ['r1-n1', 'r1-n2', 'r2-n1', 'r2-n2'],
    ['r1-n[1-2]', 'r2-n[1-2]'],
  ],
  [['n1', 'n01', 'n2', 'n02'], ['n[1-2,01-02]']],
  [
    ['db', 'web-1'],
    ['db', 'web-1'],
  ],
  [
    ['mi-10000000000000001', 'mi-9f000000000000002'],
    ['mi-10000000000000001', 'mi-9f000000000000002'],
  ],
]

test('names that differ in a number are one set', () => {
  for (const [names, sets] of cases) assert.deepEqual(fold(names), sets)
})

test('a set says the same names as went into it', () => {
  const part = fc.oneof(fc.stringMatching(/^[a-z.-]{0,3}$/), fc.stringMatching(/^\d{1,4}$/))
  const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((all) => all.join(''))
  fc.assert(
    fc.property(
      fc.uniqueArray(
        name.filter((one) => one !== ''),
        { maxLength: 40 },
      ),
      (names) => {
        assert.deepEqual(unfold(fold(names).join(',')).toSorted(), names.toSorted())
      },
    ),
  )
})

test('several numbers of a set may vary', () => {
  assert.deepEqual(unfold('r[1-2]n[08-10], x'), ['r1n08', 'r1n09', 'r1n10', 'r2n08', 'r2n09', 'r2n10', 'x'])
})

test('what is no set is refused, and so is one that nobody has the nodes for', () => {
  for (const text of ['web-[1-', 'web-]1', 'web-[3-1]', 'web-[a]', 'a[[1]]', 'web-[]']) {
    assert.throws(() => unfold(text), { name: 'CliError' }, text)
  }
  assert.throws(() => unfold('a[1-999999999]'), /10000 nodes at most/)
  assert.throws(() => unfold('a[1-9999][1-9999]'), /10000 nodes at most/)
})
