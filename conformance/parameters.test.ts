import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runServer } from '@fairlead/testkit/running-server'
import { at } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { clientEnvironment, reasonToSkip } from './clients/python-environment.ts'
import { run } from './clients/run.ts'

describe('parameters with the AWS CLI', { skip: await reasonToSkip('the AWS CLI', 'aws', ['--version']) }, async () => {
  const aws = new AwsCli({ after }, await runServer({ after }))

  test('puts a secret with a tag, reads it, and describes it without its value', async () => {
    const put = await aws.call(
      'ssm put-parameter --name /app/password --type SecureString --value',
      'open sesame',
      '--tags',
      'Key=team,Value=red',
    )
    const clear = await aws.call('ssm get-parameter --name /app/password --with-decryption')
    const sealed = await aws.call('ssm get-parameter --name /app/password')
    const described = await aws.call('ssm describe-parameters --parameter-filters Key=tag:team,Values=red')

    assert.deepEqual(put, { Version: 1, Tier: 'Standard' })
    assert.equal(at(clear, 'Parameter', 'Value'), 'open sesame')
    assert.notEqual(at(sealed, 'Parameter', 'Value'), 'open sesame')
    assert.equal(at(described, 'Parameters', 0, 'KeyId'), 'alias/aws/ssm')
    assert.doesNotMatch(JSON.stringify(described), /sesame/)
  })

  test('labels a version, reads by the label, and lists the history', async () => {
    await aws.call('ssm put-parameter --name level --type String --value 1')
    await aws.call('ssm put-parameter --name level --overwrite --value 2')
    await aws.call('ssm label-parameter-version --name level --parameter-version 1 --labels stable')
    const labelled = await aws.call('ssm get-parameters --names level:stable level none')
    const history = await aws.call('ssm get-parameter-history --name level')

    assert.equal(at(labelled, 'Parameters', 1, 'Value'), '1')
    assert.equal(at(labelled, 'Parameters', 1, 'Selector'), ':stable')
    assert.equal(at(labelled, 'Parameters', 0, 'Value'), '2')
    assert.deepEqual(at(labelled, 'InvalidParameters'), ['none'])
    assert.deepEqual(at(history, 'Parameters', 0, 'Labels'), ['stable'])
  })

  test('deletes, and is told what is not there', async () => {
    await aws.call('ssm put-parameter --name gone --type String --value x')
    await aws.call('ssm delete-parameter --name gone')
    const refused = await aws.try('ssm get-parameter --name gone')

    assert.match(refused.stderr, /\(ParameterNotFound\) when calling the GetParameter operation/)
  })
})

const script = fileURLToPath(new URL('clients/use_parameters.py', import.meta.url))

describe('parameters with boto3', {
  skip: await reasonToSkip('boto3', 'python3', ['-c', 'import boto3']),
}, async () => {
  const server = await runServer({ after })
  const environment = { ...clientEnvironment({ after }, server), ENDPOINT: server.url }
  const outcome = await run('python3', [script], environment)
  assert.equal(outcome.exitCode, 0, outcome.stderr)
  const seen: unknown = JSON.parse(outcome.stdout)

  test('reads every page of paths, histories and descriptions once', () => {
    assert.deepEqual(at(seen, 'path'), { pages: 3, values: ['a5', 'b', 'c', 'd', 'e'] })
    assert.deepEqual(at(seen, 'recursive'), { pages: 1, values: ['a5', 'b', 'c', 'd', 'deep', 'e'] })
    assert.deepEqual(at(seen, 'history'), { pages: 3, values: ['a', 'a2', 'a3', 'a4', 'a5'] })
    const names = ['a', 'b', 'c', 'd', 'deep/er', 'e'].map((name) => `/app/${name}`)
    assert.deepEqual(at(seen, 'described'), { pages: 2, values: names })
  })

  test('raises the class of each error', () => {
    assert.deepEqual(at(seen, 'refusals'), {
      unknown: 'ParameterNotFound',
      'unknown version': 'ParameterVersionNotFound',
      taken: 'ParameterAlreadyExists',
      'another type': 'HierarchyTypeMismatchException',
      'too deep': 'HierarchyLevelLimitExceededException',
      pattern: 'ParameterPatternMismatchException',
      'bad pattern': 'InvalidAllowedPatternException',
      'bad policy': 'InvalidPolicyAttributeException',
      'unknown key': 'InvalidKeyId',
      'bad filter': 'InvalidFilterKey',
      'bad token': 'InvalidNextToken',
    })
  })
})
