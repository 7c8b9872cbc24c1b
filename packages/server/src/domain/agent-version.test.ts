import assert from 'node:assert/strict'
import { test } from 'node:test'
import manifest from '../../package.json' with { type: 'json' }
import { isLatestVersion } from './agent-version.ts'

test("our own agent is the latest when it is of the server's release", () => {
  assert.equal(isLatestVersion('fairlead-agent', manifest.version, undefined), true)
  assert.equal(isLatestVersion('fairlead-agent', '0.0.1', undefined), false)
})

test('versions are compared as numbers, part by part', () => {
  assert.equal(isLatestVersion('amazon-ssm-agent', '3.2.2303.0', undefined), false)
  assert.equal(isLatestVersion('amazon-ssm-agent', '3.10.0.0', undefined), true)
  assert.equal(isLatestVersion('amazon-ssm-agent', '3.3.999999.0', undefined), true)
  assert.equal(isLatestVersion('amazon-ssm-agent', '3.3', undefined), false)
  assert.equal(isLatestVersion('amazon-ssm-agent', 'latest', undefined), false)
})

test('of an agent that nobody knows it is not said', () => {
  assert.equal(isLatestVersion('other', '1.0.0', undefined), undefined)
  assert.equal(isLatestVersion('constructor', '1.0.0', undefined), undefined)
})

test('our own agent is measured by what nodes can fetch, if there is something', () => {
  assert.equal(isLatestVersion('fairlead-agent', '0.9.0', '0.10.0'), false)
  assert.equal(isLatestVersion('fairlead-agent', '0.10.0', '0.10.0'), true)
  assert.equal(isLatestVersion('fairlead-agent', '0.0.1', '0.0.1'), true)
  assert.equal(isLatestVersion('amazon-ssm-agent', '3.3.999999.0', '9.0.0'), true)
})
