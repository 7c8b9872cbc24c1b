import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deny, given } from '@fairlead/testkit/given'

// Statuses and bodies of authorization reference 1.7, texts of 1.6.

const arn = 'arn:aws:iam::123456789012:user/alice'
const json = (target: string) => ({ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target })
const form = { 'content-type': 'application/x-www-form-urlencoded' }

test('each protocol refuses in its own status and body, for want of a policy and by one', async (t) => {
  const { caller, user } = await given(t, { policies: [] })
  const barred = await user('barred', [deny('*')])
  const asked = [
    ['ssm', '/', json('AmazonSSM.ListCommands'), '{}', 'ssm:ListCommands', 'arn:aws:ssm:us-east-1:123456789012:*'],
    ['kms', '/', json('TrentService.ListKeys'), '{}', 'kms:ListKeys', '*'],
    ['iam', '/', form, 'Action=ListUsers&Version=2010-05-08', 'iam:ListUsers', 'arn:aws:iam::123456789012:user/'],
    [
      'ssmmessages',
      '/v1/control-channel/mi-0123456789abcdef0',
      { 'content-type': 'application/json' },
      '{"MessageSchemaVersion":"1.0","RequestId":"00000000-0000-0000-0000-000000000000"}',
      'ssmmessages:CreateControlChannel',
      '*',
    ],
  ] as const
  for (const [service, target, headers, body, action, resource] of asked) {
    for (const [who, name, reason] of [
      [caller, arn, `because no identity-based policy allows the ${action} action`],
      [barred, arn.replace('alice', 'barred'), 'with an explicit deny in an identity-based policy'],
    ] as const) {
      const answer = await who.send({ service, target, headers, body: Buffer.from(body) })
      const told = answer.body.toString()
      const place = resource === '*' ? '' : ` on resource: ${resource}`
      assert.ok(told.includes(`User: ${name} is not authorized to perform: ${action}${place} ${reason}`), told)
      assert.ok(typeof answer.headers['x-amzn-requestid'] === 'string')
      if (service === 'ssm' || service === 'kms') {
        assert.equal(answer.status, 400)
        assert.equal((JSON.parse(told) as { __type: string }).__type, 'AccessDeniedException')
      } else if (service === 'iam') {
        assert.equal(answer.status, 403)
        assert.match(told, /<ErrorResponse[^>]*>\s*<Error>\s*<Type>Sender<\/Type>\s*<Code>AccessDenied<\/Code>/)
      } else {
        assert.match(told, /AccessDeniedException/)
        assert.equal(answer.status, 403)
      }
    }
  }
})
