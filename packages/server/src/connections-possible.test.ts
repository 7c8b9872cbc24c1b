import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectionsPossible } from './connections-possible.ts'

const limits = (files: string) =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${files}                 ${files}                 files\nMax locked memory         8388608              8388608              bytes\n`

test('connections leave file descriptors for the disk', () => {
  assert.equal(connectionsPossible(limits('1028')), 800)
  assert.equal(connectionsPossible(limits('20')), 16)
})

test('where nothing is said of open files, or they have no limit, connections have none either', () => {
  for (const text of ['', limits('unlimited')]) assert.equal(connectionsPossible(text), undefined, text)
})
