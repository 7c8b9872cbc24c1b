import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runServer } from '@fairlead/testkit/running-server'
import { at, textAt } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { clientEnvironment, reasonToSkip } from './clients/python-environment.ts'
import { run } from './clients/run.ts'

const plaintext = 'attack at dawn'

describe('keys with the AWS CLI', { skip: await reasonToSkip('the AWS CLI', 'aws', ['--version']) }, async () => {
  const server = await runServer({ after })
  const { url, region, credentialsFile } = server
  const aws = new AwsCli({ after }, { url, region, credentialsFile })
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-keys-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const made = await aws.call('kms create-key --description', 'for tests')
  const keyId = textAt(made, 'KeyMetadata', 'KeyId')
  const arn = textAt(made, 'KeyMetadata', 'Arn')

  test('makes a key with an alias, and finds it by that name', async () => {
    await aws.call(`kms create-alias --alias-name alias/app --target-key-id ${keyId}`)
    const described = await aws.call('kms describe-key --key-id alias/app')
    const aliases = await aws.call(`kms list-aliases --key-id ${arn}`)
    const keys = await aws.call('kms list-keys')

    assert.equal(at(described, 'KeyMetadata', 'Arn'), arn)
    assert.equal(at(described, 'KeyMetadata', 'KeyState'), 'Enabled')
    assert.equal(at(aliases, 'Aliases', 0, 'AliasName'), 'alias/app')
    assert.deepEqual(at(keys, 'Keys'), [{ KeyId: keyId, KeyArn: arn }])
  })

  test('encrypts a file and decrypts it under the same context only', async () => {
    const [clear, sealed] = [join(folder, 'clear'), join(folder, 'sealed')]
    writeFileSync(clear, plaintext)
    const encrypted = await aws.call(
      `kms encrypt --key-id ${keyId} --plaintext fileb://${clear} --encryption-context Purpose=test`,
    )
    writeFileSync(sealed, Buffer.from(textAt(encrypted, 'CiphertextBlob'), 'base64'))
    const decrypt = `kms decrypt --ciphertext-blob fileb://${sealed}`
    const opened = await aws.call(`${decrypt} --encryption-context Purpose=test`)
    const refused = await aws.try(`${decrypt} --encryption-context Purpose=other`)

    assert.equal(Buffer.from(textAt(opened, 'Plaintext'), 'base64').toString(), plaintext)
    assert.equal(at(opened, 'KeyId'), arn)
    assert.ok(!readFileSync(sealed).includes(plaintext))
    assert.match(refused.stderr, /\(InvalidCiphertextException\) when calling the Decrypt operation/)
  })

  test('gets a data key, in clear and sealed', async () => {
    const key = await aws.call(`kms generate-data-key --key-id ${arn} --key-spec AES_256`)
    const sealed = join(folder, 'data-key')
    writeFileSync(sealed, Buffer.from(textAt(key, 'CiphertextBlob'), 'base64'))
    const opened = await aws.call(`kms decrypt --key-id ${keyId} --ciphertext-blob fileb://${sealed}`)

    assert.equal(at(opened, 'Plaintext'), at(key, 'Plaintext'))
    assert.equal(Buffer.from(textAt(key, 'Plaintext'), 'base64').length, 32)
  })

  test('reads and replaces the policy of a key', async () => {
    const policy = textAt(await aws.call(`kms get-key-policy --key-id ${keyId} --policy-name default`), 'Policy')
    await aws.call(`kms put-key-policy --key-id ${keyId} --policy-name default --policy`, policy)
    const locked = await aws.try(
      `kms put-key-policy --key-id ${keyId} --policy-name default --policy`,
      policy.replace('kms:*', 'kms:Decrypt'),
    )

    assert.match(policy, /Enable IAM User Permissions/)
    assert.match(locked.stderr, /will not allow you to update the key policy in the future/)
  })

  test('disables a key, and has it deleted', async () => {
    const { KeyMetadata } = (await aws.call('kms create-key')) as { KeyMetadata: { KeyId: string } }
    const other = KeyMetadata.KeyId
    await aws.call(`kms disable-key --key-id ${other}`)
    const disabled = await aws.try(`kms generate-data-key --key-id ${other} --number-of-bytes 64`)
    const scheduled = await aws.call(`kms schedule-key-deletion --key-id ${other} --pending-window-in-days 7`)
    const described = await aws.call(`kms describe-key --key-id ${other}`)

    assert.match(disabled.stderr, /\(DisabledException\)/)
    assert.equal(at(scheduled, 'KeyState'), 'PendingDeletion')
    assert.equal(at(described, 'KeyMetadata', 'DeletionDate'), at(scheduled, 'DeletionDate'))
  })
})

const script = fileURLToPath(new URL('clients/use_keys.py', import.meta.url))

describe('keys with boto3', { skip: await reasonToSkip('boto3', 'python3', ['-c', 'import boto3']) }, async () => {
  const server = await runServer({ after })
  const environment = { ...clientEnvironment({ after }, server), ENDPOINT: server.url }
  const outcome = await run('python3', [script], environment)
  assert.equal(outcome.exitCode, 0, outcome.stderr)
  const seen: unknown = JSON.parse(outcome.stdout)

  test('encrypts, re-encrypts and decrypts bytes', () => {
    assert.equal(at(seen, 'decrypted'), plaintext)
    assert.equal(at(seen, 're_encrypted'), plaintext)
    assert.equal(at(seen, 'data_key'), 64)
  })

  test('reads every page of keys, aliases and tags once', () => {
    assert.deepEqual(at(seen, 'keys'), { pages: 2, items: 3 })
    assert.deepEqual(at(seen, 'aliases'), { pages: 3, items: 3 })
    assert.deepEqual(at(seen, 'tags'), { pages: 2, items: 3 })
  })

  test('raises the class of each error', () => {
    assert.deepEqual(at(seen, 'refusals'), {
      'unknown key': 'NotFoundException',
      'unknown alias': 'NotFoundException',
      'taken alias': 'AlreadyExistsException',
      'reserved alias': 'InvalidAliasNameException',
      'wrong context': 'InvalidCiphertextException',
      'wrong key': 'IncorrectKeyException',
      'disabled key': 'DisabledException',
      'pending deletion': 'KMSInvalidStateException',
      'bad policy': 'MalformedPolicyDocumentException',
      'dry run': 'DryRunOperationException',
      'bad marker': 'InvalidMarkerException',
    })
  })
})
