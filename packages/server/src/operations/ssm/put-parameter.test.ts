import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { account, given, region } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { readMigrations } from '../../store/migrate.ts'
import { openSqlite } from '../../store/sqlite/sqlite.ts'

const base = { Name: 'p', Value: 'v', Type: 'String' } as const
const expiring = (Timestamp: string) => ({ Type: 'Expiration', Version: '1.0', Attributes: { Timestamp } })
const future = expiring('2027-01-01T00:00:00Z')

test('what PutParameter takes of no parameter is refused by its own code', async (t) => {
  const { root } = await given(t, { clock: new ManualClock() })
  const refusals: readonly (readonly [code: string, input: object])[] = [
    ['ValidationException', { Type: undefined }],
    ['ValidationException', { Value: '' }],
    ['ValidationException', { Value: 'a {{ssm:b}} c' }],
    ['ValidationException', { Value: 'a\ud800' }],
    ['ValidationException', { Value: 'é'.repeat(2049) }],
    ['ValidationException', { Value: 'x'.repeat(8193), Tier: 'Advanced' }],
    ['ValidationException', { Value: 'x'.repeat(8193), Tier: 'Intelligent-Tiering' }],
    ['ValidationException', { Name: 'a/b' }],
    ['ValidationException', { Name: '/a//b' }],
    ['ValidationException', { Name: '/a/' }],
    ['ValidationException', { Name: '/' }],
    ['ValidationException', { Name: 'a b' }],
    ['ValidationException', { Name: 'a:1' }],
    ['ValidationException', { Name: 'arn:aws:ssm:us-east-1:123456789012:parameter/a' }],
    ['ValidationException', { Name: 'awsome' }],
    ['ValidationException', { Name: '/SSM/a' }],
    ['ValidationException', { Name: 'a'.repeat(1000) }],
    ['AccessDeniedException', { Name: '/Aws/a' }],
    ['HierarchyLevelLimitExceededException', { Name: '/a'.repeat(16) }],
    ['ValidationException', { DataType: 'aws:ec2:image' }],
    ['ValidationException', { DataType: 'aws:ssm:integration' }],
    ['ValidationException', { DataType: 'Text' }],
    ['ValidationException', { KeyId: 'alias/some' }],
    ['ValidationException', { Type: 'Number' }],
    ['ValidationException', { Tags: [{ Key: 'aws:x', Value: '' }] }],
    ['ValidationException', { Tags: [{ Key: 'a', Value: '' }], Overwrite: true }],
    ['ValidationException', { Tags: Array.from({ length: 51 }, (_, n) => ({ Key: `${n}`, Value: '' })) }],
    ['InvalidAllowedPatternException', { AllowedPattern: '(' }],
    ['InvalidAllowedPatternException', { AllowedPattern: '(a)\\1' }],
    ['ParameterPatternMismatchException', { AllowedPattern: '^\\d+$' }],
    ['InvalidKeyId', { Type: 'SecureString', KeyId: 'alias/none' }],
    ['InvalidKeyId', { Type: 'SecureString', KeyId: 'none' }],
    ['ValidationException', { Policies: JSON.stringify([future]) }],
    ['ValidationException', { Tier: 'Advanced', Policies: '{' }],
    ['ValidationException', { Tier: 'Advanced', Policies: '{}' }],
    ['InvalidPolicyTypeException', { Tier: 'Advanced', Policies: '[{"Type":"Never"}]' }],
    ['InvalidPolicyTypeException', { Tier: 'Advanced', Policies: '[1]' }],
    ['InvalidPolicyAttributeException', { Tier: 'Advanced', Policies: '[{"Type":"Expiration"}]' }],
    ['InvalidPolicyAttributeException', { Tier: 'Advanced', Policies: '[{"Type":"Expiration","Version":"1.0"}]' }],
    ['InvalidPolicyAttributeException', { Tier: 'Advanced', Policies: JSON.stringify([expiring('tomorrow')]) }],
    [
      'InvalidPolicyAttributeException',
      { Tier: 'Advanced', Policies: JSON.stringify([expiring('2020-01-01T00:00:00Z')]) },
    ],
    ['IncompatiblePolicyException', { Tier: 'Advanced', Policies: JSON.stringify([future, future]) }],
    ['PoliciesLimitExceededException', { Tier: 'Advanced', Policies: JSON.stringify(Array(11).fill(future)) }],
    [
      'IncompatiblePolicyException',
      {
        Tier: 'Advanced',
        Policies: '[{"Type":"ExpirationNotification","Version":"1.0","Attributes":{"Before":"1","Unit":"Days"}}]',
      },
    ],
    [
      'InvalidPolicyAttributeException',
      {
        Tier: 'Advanced',
        Policies: '[{"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"1","Unit":"Weeks"}}]',
      },
    ],
  ]
  for (const [code, input] of refusals) {
    const call = root.call('ssm', 'PutParameter', { ...base, ...input } as never)
    await assert.rejects(call, { code }, JSON.stringify(input).slice(0, 100))
  }
  assert.deepEqual((await root.call('ssm', 'DescribeParameters', {})).Parameters, [])
})

test('a parameter that is there is overwritten only when that is said, and by its own name', async (t) => {
  const { root } = await given(t)
  await root.call('ssm', 'PutParameter', base)
  const again = (input: object) => root.call('ssm', 'PutParameter', { ...base, ...input } as never)

  await assert.rejects(again({}), { code: 'ParameterAlreadyExists' })
  await assert.rejects(again({ Overwrite: true, Name: '/p' }), { code: 'ParameterAlreadyExists' })
  assert.equal((await again({ Overwrite: true })).Version, 2)
})

test('an overwrite changes the type of a parameter, but not of one in a hierarchy', async (t) => {
  const { root } = await given(t)
  const put = (input: object) =>
    root.call('ssm', 'PutParameter', { ...base, Overwrite: true, ...input } as never).then(({ Version }) => Version)
  assert.equal(await put({ Name: 'flat', Type: 'SecureString' }), 1)
  assert.equal(await put({ Name: 'flat', Type: 'String', Value: 'plain', Tier: 'Standard', AllowedPattern: '' }), 2)
  const { Parameter } = await root.call('ssm', 'GetParameter', { Name: 'flat' })
  assert.partialDeepStrictEqual(Parameter, { Type: 'String', Value: 'plain', Version: 2 })
  const { Parameters = [] } = await root.call('ssm', 'GetParameterHistory', { Name: 'flat', WithDecryption: true })
  assert.deepEqual(
    Parameters.map(({ Type, KeyId }) => [Type, KeyId]),
    [
      ['SecureString', 'alias/aws/ssm'],
      ['String', undefined],
    ],
  )
  assert.equal(await put({ Name: 'flat', Type: 'SecureString', Value: 'hidden' }), 3)
  const { Parameter: sealed } = await root.call('ssm', 'GetParameter', { Name: 'flat', WithDecryption: true })
  assert.partialDeepStrictEqual(sealed, { Type: 'SecureString', Value: 'hidden' })

  assert.equal(await put({ Name: '/in/one' }), 1)
  await assert.rejects(put({ Name: '/in/one', Type: 'SecureString' }), { code: 'HierarchyTypeMismatchException' })
})

test('tiers go up and never down, by themselves where that is asked for', async (t) => {
  const { root } = await given(t)
  const put = async (Value: string, Tier?: string) =>
    (await root.call('ssm', 'PutParameter', { ...base, Value, Tier, Overwrite: true } as never)).Tier

  assert.equal(await put('short', 'Intelligent-Tiering'), 'Standard')
  assert.equal(await put('x'.repeat(4096)), 'Standard')
  assert.equal(await put('x'.repeat(4097), 'Intelligent-Tiering'), 'Advanced')
  assert.equal(await put('short'), 'Advanced')
  assert.equal(await put('short', 'Intelligent-Tiering'), 'Advanced')
  await assert.rejects(put('short', 'Standard'), { code: 'ValidationException' })
})

/** The directory of a server that has so many standard parameters. */
async function dataDirWith(t: TestContext, standardParameters: number): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-many-parameters-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const database = await openSqlite({ directory: dataDir, migrations: readMigrations(), now: () => new Date(0) })
  const sql = `INSERT INTO parameters (account, region, place, parent, name, tier, version)
    WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < $3)
    SELECT $1, $2, 'many' || n, '', 'many' || n, 'Standard', 1 FROM counted`
  await database.write([{ sql, params: [account, region, standardParameters], expect: standardParameters }])
  await database.close()
  return dataDir
}

test('there are 10,000 standard parameters at most, and Intelligent-Tiering goes on with advanced ones', async (t) => {
  const { root } = await given(t, { dataDir: await dataDirWith(t, 10_000) })
  const put = (Tier?: string) => root.call('ssm', 'PutParameter', { ...base, Tier } as never)

  await assert.rejects(put(), { code: 'ParameterLimitExceeded' })
  assert.equal((await put('Intelligent-Tiering')).Tier, 'Advanced')
})

test('those that come at once for the last standard place get advanced ones when the setting says Intelligent-Tiering', async (t) => {
  const { root } = await given(t, { dataDir: await dataDirWith(t, 9_999) })
  const SettingId = '/ssm/parameter-store/default-parameter-tier'
  await root.call('ssm', 'UpdateServiceSetting', { SettingId, SettingValue: 'Intelligent-Tiering' })

  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) => root.call('ssm', 'PutParameter', { ...base, Name: `p${n}` } as never)),
  )

  const tiers = answers.map(({ Tier }) => Tier).sort()
  assert.deepEqual(tiers, [...Array(7).fill('Advanced'), 'Standard'])
})

test('a parameter whose tier is not said has that of the service setting', async (t) => {
  const { root } = await given(t)
  const prefer = (SettingValue: string) =>
    root.call('ssm', 'UpdateServiceSetting', { SettingId: '/ssm/parameter-store/default-parameter-tier', SettingValue })
  const put = async (Name: string, more: object = {}) =>
    (await root.call('ssm', 'PutParameter', { ...base, Name, Overwrite: true, ...more } as never)).Tier
  await put('older')

  await prefer('Intelligent-Tiering')
  assert.equal(await put('short'), 'Standard')
  assert.equal(await put('long', { Value: 'x'.repeat(4097) }), 'Advanced')
  await prefer('Advanced')
  assert.equal(await put('newer'), 'Advanced')
  assert.equal(await put('older'), 'Advanced')
  assert.equal(await put('plain', { Tier: 'Standard' }), 'Standard')
  await prefer('Standard')
  assert.equal(await put('newer'), 'Advanced')
  assert.equal(await put('newest'), 'Standard')
})
