import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { account, allow, deny, given, region } from '@fairlead/testkit/given'

const Name = '/app/password'
const Value = 'MARKED-PLAINTEXT'
const arn = `arn:aws:ssm:${region}:${account}:parameter/app/password`
const secret = { Name, Value, Type: 'SecureString' } as const

test('a SecureString is read in clear with decryption, and as what KMS can open without', async (t) => {
  const { root } = await given(t)
  for (const Tier of ['Standard', 'Advanced'] as const) {
    await root.call('ssm', 'PutParameter', { ...secret, Tier, Overwrite: true })
    const clear = (await root.call('ssm', 'GetParameter', { Name, WithDecryption: true })).Parameter
    const sealed = (await root.call('ssm', 'GetParameter', { Name })).Parameter

    assert.equal(clear?.Value, Value)
    assert.notEqual(sealed?.Value, Value)
  }
  const byPath = { Path: '/app', WithDecryption: true }
  assert.equal((await root.call('ssm', 'GetParametersByPath', byPath)).Parameters?.[0]?.Value, Value)
  const history = await root.call('ssm', 'GetParameterHistory', { Name, WithDecryption: true })
  assert.deepEqual(
    history.Parameters?.map((version) => [version.Value, version.KeyId]),
    [
      [Value, 'alias/aws/ssm'],
      [Value, 'alias/aws/ssm'],
    ],
  )
})

test('the default key is made once, is managed by AWS, and nobody can use it directly or change it', async (t) => {
  const { root } = await given(t)
  const names = ['a', 'b', 'c', 'd']
  const KeyId = 'alias/aws/ssm'
  const ways = [undefined, KeyId, undefined, `arn:aws:kms:${region}:${account}:${KeyId}`]
  await Promise.all(names.map((name, n) => root.call('ssm', 'PutParameter', { ...secret, Name: name, KeyId: ways[n] })))
  const { KeyMetadata } = await root.call('kms', 'DescribeKey', { KeyId })

  assert.equal(KeyMetadata?.KeyManager, 'AWS')
  assert.equal((await root.call('kms', 'ListKeys', {})).Keys?.length, 1)
  const keyId = KeyMetadata?.KeyId ?? ''
  const denied = { code: 'AccessDeniedException' }
  await assert.rejects(root.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('x') }), denied)
  await assert.rejects(root.call('kms', 'ScheduleKeyDeletion', { KeyId: keyId }), denied)
  await assert.rejects(root.call('kms', 'DisableKey', { KeyId: keyId }), denied)
  const rotation = await root.call('kms', 'GetKeyRotationStatus', { KeyId: keyId })
  assert.deepEqual([rotation.KeyRotationEnabled, rotation.RotationPeriodInDays], [true, 365])
  for (const name of names) {
    const { Parameter } = await root.call('ssm', 'GetParameter', { Name: name, WithDecryption: true })
    assert.equal(Parameter?.Value, Value)
  }
})

test("with a key of the account's own, the caller needs permission on the key, under the parameter's ARN", async (t) => {
  const { root, user } = await given(t)
  const KeyId = (await root.call('kms', 'CreateKey', {})).KeyMetadata?.KeyId ?? ''
  const keyArn = `arn:aws:kms:${region}:${account}:key/${KeyId}`
  const through = (action: string, parameter: string) => ({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: action,
        Resource: keyArn,
        Condition: {
          StringEquals: {
            'kms:EncryptionContext:PARAMETER_ARN': parameter,
            'kms:ViaService': `ssm.${region}.amazonaws.com`,
          },
        },
      },
    ],
  })
  const writer = await user('writer', [allow('ssm:*'), through('kms:Encrypt', arn)])
  const reader = await user('reader', [allow('ssm:*'), through('kms:Decrypt', arn)])
  const other = await user('other', [allow('ssm:*'), through('kms:*', `${arn}2`)])
  const denied = { code: 'AccessDeniedException' }

  await writer.call('ssm', 'PutParameter', { ...secret, KeyId })
  await assert.rejects(other.call('ssm', 'PutParameter', { ...secret, KeyId, Overwrite: true }), denied)
  const advanced = { ...secret, KeyId, Tier: 'Advanced', Overwrite: true } as const
  await assert.rejects(writer.call('ssm', 'PutParameter', advanced), /kms:GenerateDataKey on resource/)
  const read = { Name, WithDecryption: true }
  assert.equal((await reader.call('ssm', 'GetParameter', read)).Parameter?.Value, Value)
  await assert.rejects(writer.call('ssm', 'GetParameter', read), /not authorized to perform: kms:Decrypt on resource/)
  await assert.rejects(other.call('ssm', 'GetParameter', read), denied)
  const sealed = (await other.call('ssm', 'GetParameter', { Name })).Parameter?.Value ?? ''
  const CiphertextBlob = Buffer.from(sealed, 'base64')
  const EncryptionContext = { PARAMETER_ARN: arn }
  const opened = await root.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext })
  assert.equal(Buffer.from(opened.Plaintext ?? []).toString(), Value)
  await assert.rejects(reader.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext }), denied)

  await root.call('kms', 'DisableKey', { KeyId })
  await assert.rejects(root.call('ssm', 'GetParameter', read), { code: 'InvalidKeyId' })
})

test('whoever may read parameters may decrypt under the default key, unless kms:Decrypt is denied', async (t) => {
  const { root, user } = await given(t)
  await root.call('ssm', 'PutParameter', secret)
  const reader = await user('reader', [allow('ssm:GetParameter', arn)])
  const refused = await user('refused', [allow('ssm:GetParameter', arn), deny('kms:Decrypt')])
  const read = { Name, WithDecryption: true }

  assert.equal((await reader.call('ssm', 'GetParameter', read)).Parameter?.Value, Value)
  await assert.rejects(refused.call('ssm', 'GetParameter', read), { code: 'AccessDeniedException' })
})

test('no value of a SecureString is left in log, audit or database, and no value at all in log and audit', async (t) => {
  const lines: string[] = []
  const note = (fields: object, message: string) => void lines.push(JSON.stringify(fields), message)
  const { root, dataDir, stop } = await given(t, { log: { debug: note, info: note, warn: note, error: note } })
  const plain = 'MARKED-IN-CLEAR'
  await root.call('ssm', 'PutParameter', secret)
  await root.call('ssm', 'PutParameter', { Name: 'plain', Value: plain, Type: 'String' })
  await root.call('ssm', 'GetParameter', { Name, WithDecryption: true })
  const refusals = await Promise.all(
    [
      root.call('ssm', 'PutParameter', { ...secret, AllowedPattern: '^x$', Overwrite: true }),
      root.call('ssm', 'PutParameter', { ...secret, Value: Value.repeat(1000), Overwrite: true }),
      root.call('ssm', 'PutParameter', { ...secret, KeyId: 'alias/none', Overwrite: true }),
    ].map((call) => call.then(() => 'nothing was refused', String)),
  )
  await stop()

  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const contents = (wanted: typeof files) =>
    Buffer.concat(wanted.map((file) => readFileSync(join(file.parentPath, file.name))))
  const kept = contents(files)
  const audit = contents(files.filter(({ parentPath }) => parentPath.endsWith('audit')))
  assert.ok(audit.includes('"eventName":"PutParameter"'), 'the audit is among what is searched')
  const told = `${lines.join('\n')}\n${refusals.join('\n')}`
  for (const form of [Value, Buffer.from(Value).toString('base64').slice(0, -3)]) {
    assert.ok(!kept.includes(form), `${form} was kept`)
    assert.ok(!told.includes(form), `${form} was told`)
  }
  assert.ok(!audit.includes(plain) && !told.includes(plain), 'the value of a String was told')
})
