import assert from 'node:assert/strict'
import { test } from 'node:test'
import { managedPoliciesText } from './generate-managed-policies.ts'

const source = {
  Old: {
    arn: 'arn:aws:iam::aws:policy/Old',
    latestVersionId: 'v10',
    versions: {
      v9: { createdDate: '2020-01-01T00:00:00.000Z', document: { Statement: 'nine' } },
      v10: { createdDate: '2021-01-01T00:00:00.000Z', document: { Statement: 'ten' } },
    },
  },
}

test('a policy is carried in its current version, dated from its first', () => {
  const { policies } = JSON.parse(managedPoliciesText(source, '1.2.3', ['Old']))

  assert.deepEqual(policies, [
    {
      arn: 'arn:aws:iam::aws:policy/Old',
      versionId: 'v10',
      createdAt: '2020-01-01T00:00:00.000Z',
      updatedAt: '2021-01-01T00:00:00.000Z',
      document: { Statement: 'ten' },
    },
  ])
})

test('a policy that the source does not have stops the generator', () => {
  assert.throws(() => managedPoliciesText(source, '1.2.3', ['New']), /no current version of New/)
})
