import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CliError } from '../../cli-error.ts'
import { planCopy } from './copy-place.ts'

const node = 'mi-0123456789abcdef0'

test('one end is on a node and the other is here, either way', () => {
  const there = { node, local: 'a', remote: '/tmp/b:c' }
  assert.deepEqual(planCopy('a', `${node}:/tmp/b:c`), { way: 'up', ...there })
  assert.deepEqual(planCopy(`${node}:/tmp/b:c`, 'a'), { way: 'down', ...there })
  assert.deepEqual(planCopy('a', `${node}:`), { way: 'up', ...there, remote: '.' })
  assert.deepEqual(planCopy(`./${node}:x`, `${node}:y`), { way: 'up', node, local: `./${node}:x`, remote: 'y' })
})

test('a node may be given by a name, and a colon after a slash is a part of a path', () => {
  assert.partialDeepStrictEqual(planCopy('web 01.dc2:/a', 'b'), { way: 'down', node: 'web 01.dc2', remote: '/a' })
  assert.partialDeepStrictEqual(planCopy('/a:b', 'web-01:'), { way: 'up', node: 'web-01', local: '/a:b', remote: '.' })
})

test('on a node, as for its shell, a tilde is the home, unless it is a part of a name', () => {
  for (const [written, remote] of [
    ['~', '.'],
    ['~/', '.'],
    ['~/a b', 'a b'],
    ['~//etc', 'etc'],
    ['~a', '~a'],
    ['./~/a', './~/a'],
  ] as const) {
    assert.partialDeepStrictEqual(planCopy('a', `${node}:${written}`), { remote }, written)
  }
  assert.partialDeepStrictEqual(planCopy('~/a', `${node}:x`), { local: '~/a' })
})

test('two ends on nodes, none, and paths that are none are refused', () => {
  for (const [from, to] of [
    ['a', 'b'],
    [`${node}:a`, `${node}:b`],
    ['', `${node}:b`],
    ['a\0', `${node}:b`],
    ['web-1:a', 'web-2:b'],
    ['./web-1:a', 'b'],
  ] as const) {
    assert.throws(() => planCopy(from, to), CliError, `${from} ${to}`)
  }
})
