import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { runServer } from '@fairlead/testkit/running-server'
import { at, textAt } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { reasonToSkip } from './clients/python-environment.ts'

const skip = await reasonToSkip('the AWS CLI', 'aws', ['--version'])
const account = '123456789012'
const arn = (resource: string) => `arn:aws:iam::${account}:${resource}`
const allowing = (...Action: string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })

describe('the AWS CLI, administering', { skip }, async () => {
  const server = await runServer({ after })
  const { url, region, credentialsFile } = server
  const aws = new AwsCli({ after }, { url, region, credentialsFile })

  test('makes a group with policies, puts a user into it under a boundary, and sees both', async () => {
    await aws.call('iam create-group --group-name ops')
    await aws.call(
      'iam put-group-policy --group-name ops --policy-name run --policy-document',
      allowing('ssm:SendCommand'),
    )
    await aws.call(
      'iam attach-group-policy --group-name ops --policy-arn arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess',
    )
    await aws.call('iam create-policy --policy-name edge --policy-document', allowing('ssm:*'))
    await aws.call(`iam create-user --user-name alice --permissions-boundary ${arn('policy/edge')}`)
    await aws.call('iam add-user-to-group --group-name ops --user-name alice')

    const group = await aws.call('iam get-group --group-name ops')
    const user = await aws.call('iam get-user --user-name alice')
    const details = await aws.call('iam get-account-authorization-details')

    assert.equal(at(group, 'Users', 0, 'UserName'), 'alice')
    assert.equal(at(user, 'User', 'PermissionsBoundary', 'PermissionsBoundaryArn'), arn('policy/edge'))
    assert.deepEqual(at(details, 'UserDetailList', 0, 'GroupList'), ['ops'])
    const inline = at(details, 'GroupDetailList', 0, 'GroupPolicyList', 0, 'PolicyDocument')
    assert.deepEqual(inline, JSON.parse(allowing('ssm:SendCommand')))
    assert.equal(at(details, 'Policies', 0, 'PermissionsBoundaryUsageCount'), 1)
  })

  test('names the account and reads its summary as numbers', async () => {
    await aws.call('iam create-account-alias --account-alias acme')

    const aliases = await aws.call('iam list-account-aliases')
    const summary = await aws.call('iam get-account-summary')

    assert.deepEqual(at(aliases, 'AccountAliases'), ['acme'])
    assert.equal(at(summary, 'SummaryMap', 'GroupsQuota'), 300)
    assert.equal(at(summary, 'SummaryMap', 'Groups'), 1)
  })

  test('assumes a role that a session policy narrows and a tag marks', async () => {
    await aws.call('iam create-user --user-name bob')
    const Statement = [
      { Effect: 'Allow', Principal: { AWS: arn('user/bob') }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
    ]
    await aws.call(
      'iam create-role --role-name Deploy --assume-role-policy-document',
      JSON.stringify({ Version: '2012-10-17', Statement }),
    )
    await aws.call(
      'iam put-role-policy --role-name Deploy --policy-name p --policy-document',
      allowing('iam:ListUsers', 'iam:ListRoles'),
    )
    const key = await aws.call('iam create-access-key --user-name bob')
    const bob = aws.as({
      accessKeyId: textAt(key, 'AccessKey', 'AccessKeyId'),
      secretAccessKey: textAt(key, 'AccessKey', 'SecretAccessKey'),
    })

    const assumed = await bob.call(
      `sts assume-role --role-arn ${arn('role/Deploy')} --role-session-name build --tags Key=Team,Value=Web --policy`,
      allowing('iam:ListUsers'),
    )
    const session = aws.as({
      accessKeyId: textAt(assumed, 'Credentials', 'AccessKeyId'),
      secretAccessKey: textAt(assumed, 'Credentials', 'SecretAccessKey'),
      sessionToken: textAt(assumed, 'Credentials', 'SessionToken'),
    })
    const denied = await session.try('iam list-roles')

    assert.ok(Number(at(assumed, 'PackedPolicySize')) > 0)
    await session.call('iam list-users')
    assert.match(denied.stderr, /\(AccessDenied\).*because no session policy allows the iam:ListRoles action/)
  })

  test('enables a virtual MFA device and signs in with its codes', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-mfa-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const create = 'iam create-virtual-mfa-device --virtual-mfa-device-name carol --bootstrap-method'
    await aws.call('iam create-user --user-name carol')
    await aws.call(`${create} Base32StringSeed --outfile`, join(folder, 'seed'))
    const seed = readFileSync(join(folder, 'seed'), 'utf8')
    const serial = arn('mfa/carol')
    const key = await aws.call('iam create-access-key --user-name carol')
    const carol = aws.as({
      accessKeyId: textAt(key, 'AccessKey', 'AccessKeyId'),
      secretAccessKey: textAt(key, 'AccessKey', 'SecretAccessKey'),
    })
    // Each code is good a step early and a step late, and once: so it does not matter when a step ends.
    const code = (steps: number) => totp(seed, Math.floor(Date.now() / 30_000) + steps)

    await aws.call(
      `iam enable-mfa-device --user-name carol --serial-number ${serial} --authentication-code1 ${code(-1)} --authentication-code2 ${code(0)}`,
    )
    const wrong = await carol.try(`sts get-session-token --serial-number ${serial} --token-code ${code(-9)}`)
    const token = await carol.call(`sts get-session-token --serial-number ${serial} --token-code ${code(1)}`)

    assert.match(wrong.stderr, /MultiFactorAuthentication failed with invalid MFA one time pass code/)
    assert.match(textAt(token, 'Credentials', 'AccessKeyId'), /^ASIA/)
    assert.equal(at(await aws.call('iam list-mfa-devices --user-name carol'), 'MFADevices', 0, 'SerialNumber'), serial)
  })
})

/** RFC 6238, written a second time: an authenticator is not ours. */
function totp(seed: string, step: number): string {
  const bits = Array.from(seed, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  const secret = Uint8Array.from(bits.join('').match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
  const counter = Buffer.from(step.toString(16).padStart(16, '0'), 'hex')
  const mac = createHmac('sha1', secret).update(counter).digest()
  const value = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) % 2 ** 31
  return String(value % 1_000_000).padStart(6, '0')
}
