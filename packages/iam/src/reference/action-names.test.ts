import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionNames, servicePrefixes } from './action-names.ts'
import { authorizationTable } from './authorization-table.ts'

test('the names of a service are those of the table that tells all of it', () => {
  for (const [service, { actions }] of authorizationTable) {
    assert.deepEqual(actionNames(service)?.toSorted(), Object.keys(actions).toSorted(), service)
  }
})

test('every service of AWS is there, and nothing that only looks like one', () => {
  assert.ok(servicePrefixes.length > 400)
  assert.ok(actionNames('s3')?.includes('PutObject'))
  assert.ok(actionNames('ec2')?.includes('DescribeInstances'))
  for (const none of ['s4', '', 'toString', '__proto__']) assert.equal(actionNames(none), undefined)
})
