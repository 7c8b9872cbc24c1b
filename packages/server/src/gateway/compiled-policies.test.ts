import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CompiledPolicies } from './compiled-policies.ts'

const document = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'ssm:*', Resource: '*' } })

test('a version of a policy is compiled once', () => {
  const policies = new CompiledPolicies(2)

  const first = policies.get({ key: 'ANPA1/v1', name: 'p', document })

  assert.equal(policies.get({ key: 'ANPA1/v1', name: 'p', document }), first)
  assert.notEqual(policies.get({ key: 'ANPA1/v2', name: 'p', document }), first)
})

test('the oldest is dropped when there are too many', () => {
  const policies = new CompiledPolicies(2)
  const first = policies.get({ key: 'a', name: 'a', document })
  const second = policies.get({ key: 'b', name: 'b', document })

  policies.get({ key: 'c', name: 'c', document })

  assert.equal(policies.get({ key: 'b', name: 'b', document }), second)
  assert.notEqual(policies.get({ key: 'a', name: 'a', document }), first)
})
