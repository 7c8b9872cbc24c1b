import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isVersionAtLeast } from './client-version.ts'

test('versions are compared by their numbers, and what is none is older than any', () => {
  for (const version of ['1.1.70', '1.1.70.0', '1.2.0.0', '1.10.0.0', '2'])
    assert.ok(isVersionAtLeast(version, '1.1.70'))
  for (const version of ['1.1.69.9', '1.0.900.0', '0.9', '', 'latest', '1.1.70-beta', '1.2.3.4.5', '1..2']) {
    assert.equal(isVersionAtLeast(version, '1.1.70'), false, version)
  }
})
