import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withPrincipal } from './trust-principal.ts'

const alice = 'arn:aws:iam::123456789012:user/alice'
const trust = (principal: object, element = 'Principal') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', [element]: principal, Action: 'sts:AssumeRole' }],
  })

test('a principal is named anew wherever it was named, alone or among others', () => {
  for (const [before, after] of [
    [{ AWS: alice }, { AWS: 'AIDAX' }],
    [
      { AWS: ['123456789012', alice], Service: 'ssm.amazonaws.com' },
      { AWS: ['123456789012', 'AIDAX'], Service: 'ssm.amazonaws.com' },
    ],
  ]) {
    assert.equal(withPrincipal(trust(before ?? {}), alice, 'AIDAX'), trust(after ?? {}))
    assert.equal(withPrincipal(trust(before ?? {}, 'NotPrincipal'), alice, 'AIDAX'), trust(after ?? {}, 'NotPrincipal'))
  }
  assert.equal(withPrincipal(trust({ AWS: alice }).replaceAll('/', '\\/'), alice, 'AIDAX'), trust({ AWS: 'AIDAX' }))
})

test('a policy that names others is left as it is', () => {
  for (const principal of [{ AWS: `${alice}2` }, { AWS: '*' }, { Service: alice }, {}]) {
    assert.equal(withPrincipal(trust(principal), alice, 'AIDAX'), undefined)
  }
  assert.equal(withPrincipal('{"Version":"2012-10-17","Statement":{"Principal":"*"}}', alice, 'AIDAX'), undefined)
  const conditional = { Statement: { Principal: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': alice } } } }
  assert.equal(withPrincipal(JSON.stringify(conditional), alice, 'AIDAX'), undefined)
})
