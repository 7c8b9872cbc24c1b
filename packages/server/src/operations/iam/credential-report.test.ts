import assert from 'node:assert/strict'
import { test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { elementOf } from '@fairlead/testkit/xml'

const hourMs = 3_600_000

test('a report tells of everybody what they sign in with, and is good for four hours', async (t) => {
  const clock = new ManualClock(new Date('2026-05-05T05:05:05Z'))
  const { root, user } = await given(t, { clock })
  const alice = await user('alice,ops', [])
  await user('bob', [])
  // That it used its key is written before what is asked for next.
  await alice.query('sts', 'GetCallerIdentity', {})
  await root.query('iam', 'UpdateAccountPasswordPolicy', { MaxPasswordAge: 10 })
  await root.query('iam', 'CreateLoginProfile', { UserName: 'alice,ops', Password: 'secret' })
  const read = async () => {
    const answer = await root.query('iam', 'GetCredentialReport', {})
    assert.equal(elementOf(answer, 'ReportFormat'), 'text/csv')
    return Buffer.from(elementOf(answer, 'Content') ?? '', 'base64')
      .toString()
      .split('\n')
  }

  await assert.rejects(root.query('iam', 'GetCredentialReport', {}), { code: 'ReportNotPresent' })
  assert.equal(elementOf(await root.query('iam', 'GenerateCredentialReport', {}), 'State'), 'STARTED')
  assert.equal(elementOf(await root.query('iam', 'GenerateCredentialReport', {}), 'State'), 'COMPLETE')

  const [head = '', ofRoot = '', ...others] = await read()
  assert.match(head, /^user,arn,user_creation_time,password_enabled,password_last_used,.*,cert_2_last_rotated$/)
  assert.match(ofRoot, /^<root_account>,arn:aws:iam::123456789012:root,[^,]*,not_supported,/)
  const at = '2026-05-05T05:05:05+00:00'
  const noKey = 'false,N/A,N/A,N/A,N/A'
  const noCertificates = 'false,N/A,false,N/A'
  assert.deepEqual(others, [
    `"alice,ops","arn:aws:iam::123456789012:user/alice,ops",${at},true,no_information,${at},2026-05-15T05:05:05+00:00,false,true,${at},${at},us-east-1,sts,${noKey},${noCertificates}`,
    `bob,arn:aws:iam::123456789012:user/bob,${at},false,N/A,N/A,N/A,false,true,${at},N/A,N/A,N/A,${noKey},${noCertificates}`,
  ])
  for (const line of [ofRoot, others[1] ?? '']) assert.equal(line.split(',').length, head.split(',').length)

  clock.advance(4 * hourMs)
  await assert.rejects(root.query('iam', 'GetCredentialReport', {}), { code: 'ReportExpired' })
  await root.query('iam', 'DeleteLoginProfile', { UserName: 'alice,ops' })
  await root.query('iam', 'GenerateCredentialReport', {})
  assert.match((await read())[2] ?? '', /^"alice,ops",[^,]*,[^,]*,[^,]*,false,N\/A/)
})
