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

test('a column that may be cut is cut before others go, and goes when too little would be left of it', () => {
  const flexible: readonly Column<{ readonly id: string; readonly what: string }>[] = [
    { title: 'ID', expendable: 0, cell: ({ id }) => id },
    { title: 'WHEN', expendable: 2, cell: () => '12:00' },
    { title: 'WHAT', expendable: 1, least: 4, cell: ({ what }) => what },
  ]
  const some = [{ id: 'a1', what: 'restart the app' }]
  const at = (width: number | undefined) => table(flexible, some, width).split('\n')[1]

  assert.equal(at(undefined), 'a1  12:00  restart the app')
  assert.equal(at(20), 'a1  12:00  restart …')
  assert.equal(at(15), 'a1  12:00  res…')
  assert.equal(at(14), 'a1  restart t…')
  assert.equal(at(7), 'a1')
})
