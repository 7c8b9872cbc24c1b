import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allow, deny, given } from '@fairlead/testkit/given'
import { elementOf } from '@fairlead/testkit/xml'
import { clientCall } from '@fairlead/wire/codec'

test('a denial is decoded by the id of its request, for who may', async (t) => {
  const { root, user } = await given(t)
  const alice = await user('alice', [allow('*'), deny('iam:ListUsers')])
  const bob = await user('bob', [allow('iam:ListUsers')])
  const { headers, body } = clientCall('iam', 'ListUsers', {})
  const answer = await alice.send({ service: 'iam', headers, body })
  const EncodedMessage = String(answer.headers['x-amzn-requestid'])

  const xml = await root.query('sts', 'DecodeAuthorizationMessage', { EncodedMessage })

  const decoded = JSON.parse(elementOf(xml, 'DecodedMessage') ?? '')
  assert.deepEqual([decoded.allowed, decoded.explicitDeny], [false, true])
  assert.deepEqual(decoded.matchedStatements.items, [
    { statementId: '', effect: 'DENY', sourcePolicyId: 'policy-1', sourcePolicyType: 'IAM Policy' },
  ])
  assert.equal(decoded.context.action, 'iam:ListUsers')
  assert.match(decoded.context.principal.arn, /user\/alice$/)
  await assert.rejects(bob.query('sts', 'DecodeAuthorizationMessage', { EncodedMessage }), { code: 'AccessDenied' })
  for (const wrong of ['nothing', '../audit']) {
    await assert.rejects(root.query('sts', 'DecodeAuthorizationMessage', { EncodedMessage: wrong }), {
      code: 'InvalidAuthorizationMessageException',
    })
  }
})
