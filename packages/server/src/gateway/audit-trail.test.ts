import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { elementOf } from '@fairlead/testkit/xml'

test('the audit says who is behind the session of a role', async (t) => {
  const { root, user, client, dataDir, stop } = await given(t)
  const alice = await user('alice', [])
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:user/alice' },
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    },
  ]
  await root.query('iam', 'CreateRole', {
    RoleName: 'shared',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  })
  const answer = await alice.query('sts', 'AssumeRole', {
    RoleArn: 'arn:aws:iam::123456789012:role/shared',
    RoleSessionName: 'one',
    SourceIdentity: 'alice@x',
  })
  const session = client({
    accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
    secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    sessionToken: elementOf(answer, 'SessionToken'),
  })
  await session.query('sts', 'GetCallerIdentity', {})
  await stop()

  const seen = readAudit(dataDir).find(({ eventName }) => eventName === 'GetCallerIdentity')
  assert.equal(seen?.userIdentity.arn, 'arn:aws:sts::123456789012:assumed-role/shared/one')
  assert.equal(seen?.userIdentity.sourceIdentity, 'alice@x')
})

test('the audit keeps a short beginning of where a listing goes on', async (t) => {
  const { root, dataDir, stop } = await given(t)
  const ask = (NextToken: string) => assert.rejects(root.call('ssm', 'ListCommands', { NextToken }))
  await ask('short')
  await ask('x'.repeat(2_000))
  await stop()

  const seen = readAudit(dataDir).flatMap(({ requestParameters }) => requestParameters?.NextToken ?? [])
  assert.deepEqual(seen, ['short', `${'x'.repeat(64)}…`])
})

interface AuditLine {
  readonly eventName: string
  readonly userIdentity: { readonly arn: string; readonly sourceIdentity?: string }
  readonly requestParameters?: { readonly NextToken?: string }
}

function readAudit(dataDir: string): readonly AuditLine[] {
  const folder = join(dataDir, 'audit')
  return readdirSync(folder)
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as AuditLine)
}
