import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Column, table } from './table.ts'

interface Dish {
  readonly name: string
  readonly taste: string
}

const columns: readonly Column<Dish>[] = [
  { title: 'NAME', expendable: 0, cell: ({ name }) => name },
  { title: 'TASTE', expendable: 1, cell: ({ taste }) => taste },
]
const dishes = [
  { name: 'soup', taste: 'salty' },
  { name: 'tart', taste: '' },
]

test('columns are as wide as what is in them, and nothing follows the last', () => {
  assert.equal(table(columns, dishes, undefined), 'NAME  TASTE\nsoup  salty\ntart\n')
})

test('what does not fit goes, and then is cut', () => {
  assert.equal(table(columns, dishes, 10), 'NAME\nsoup\ntart\n')
  assert.equal(table(columns, dishes, 3), 'NAM\nsou\ntar\n')
})

test('a hundred thousand rows are a table too', () => {
  const many = Array.from({ length: 100_000 }, () => dishes[0] ?? { name: '', taste: '' })
  assert.equal(table(columns, many, undefined).split('\n').length, 100_002)
})
