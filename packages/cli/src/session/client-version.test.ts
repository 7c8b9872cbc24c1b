import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canMultiplex, clientVersion, isOurAgent } from './client-version.ts'

test('agents multiplex without keepalive from 3.1.1512.0 on, and versions of other than four numbers never', () => {
  for (const version of ['3.1.1512.0', '3.2.0.0', '3.3.1.0', '4.0.0.0']) assert.ok(canMultiplex(version), version)
  for (const version of ['3.1.1511.0', '3.0.9999.0', '2.9.9999.0', '3.2.0', '', '3.2.0.0-rc']) {
    assert.ok(!canMultiplex(version), version)
  }
})

test('our version has the token kept out of the arguments, and four numbers', () => {
  const [major, minor, patch, build] = clientVersion.split('.').map(Number)
  assert.deepEqual([major, minor, build], [1, 2, 0])
  assert.ok((patch ?? 0) > 896)
})

test('an agent of Amazon’s is not taken for ours', () => {
  assert.ok(isOurAgent('fairlead'))
  assert.ok(!isOurAgent(undefined))
  assert.ok(!isOurAgent('amazon-ssm-agent'))
})
