import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeNodeRole, runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { at } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { clientEnvironment, reasonToSkip } from './clients/python-environment.ts'
import { run } from './clients/run.ts'

describe('nodes with the AWS CLI', { skip: await reasonToSkip('the AWS CLI', 'aws', ['--version']) }, async () => {
  const server = await runServer({ after })
  const { nodeId } = await runNode({ after }, server, { tags: { role: 'web' } })
  const aws = new AwsCli({ after }, server)

  test('lists the node, counts it, and shows it with the tags of its activation', async () => {
    const listed = await aws.call('ssm list-nodes --filters Key=PlatformType,Values=Linux,Type=Equal')
    const counted = await aws.call(
      'ssm list-nodes-summary --aggregators AggregatorType=Count,TypeName=Instance,AttributeName=PlatformType',
    )
    const shown = await aws.call(
      'ssm describe-instance-properties --filters-with-operator Key=tag:role,Values=web,Operator=Equal',
    )

    assert.equal(at(listed, 'Nodes', 0, 'Id'), nodeId)
    assert.equal(at(listed, 'Nodes', 0, 'NodeType', 'Instance', 'InstanceStatus'), 'Active')
    assert.deepEqual(at(counted, 'Summary'), [{ PlatformType: 'Linux', Count: '1' }])
    assert.equal(at(shown, 'InstanceProperties', 0, 'InstanceId'), nodeId)
    assert.equal(at(shown, 'InstanceProperties', 0, 'PingStatus'), 'Online')
  })

  test('gives the node another role', async () => {
    const role = await makeNodeRole(server.client())
    await aws.call(`ssm update-managed-instance-role --instance-id ${nodeId} --iam-role ${role}`)
    const refused = await aws.try(`ssm update-managed-instance-role --instance-id ${nodeId} --iam-role none`)

    assert.match(refused.stderr, /\(ValidationException\).*Not existing role: arn:aws:iam::\d{12}:role\/none/)
  })

  test('puts hybrid nodes into the standard tier, where sessions are refused, and back', async () => {
    const setting = '--setting-id /ssm/managed-instance/activation-tier'
    await aws.call(`ssm update-service-setting ${setting} --setting-value standard`)
    const refused = await aws.try(`ssm start-session --target ${nodeId}`)
    const reset = await aws.call(`ssm reset-service-setting ${setting}`)

    assert.match(
      refused.stderr,
      /\(BadRequest\) when calling the StartSession operation: Enable advanced-instances tier/,
    )
    assert.equal(at(reset, 'ServiceSetting', 'SettingValue'), 'advanced')
    assert.equal(at(reset, 'ServiceSetting', 'Status'), 'Default')
  })
})

const script = fileURLToPath(new URL('clients/use_nodes.py', import.meta.url))

describe('nodes with boto3', { skip: await reasonToSkip('boto3', 'python3', ['-c', 'import boto3']) }, async () => {
  const server = await runServer({ after })
  const nodes = await Promise.all([0, 1, 2].map(() => runNode({ after }, server)))
  const outcome = await run('python3', [script], { ...clientEnvironment({ after }, server), ENDPOINT: server.url })
  assert.equal(outcome.exitCode, 0, outcome.stderr)
  const seen: unknown = JSON.parse(outcome.stdout)

  test('reads every page of every listing of nodes once', () => {
    const ids = nodes.map(({ nodeId }) => nodeId).sort()
    for (const operation of ['list_nodes', 'describe_instance_properties', 'describe_instance_information']) {
      assert.deepEqual(at(seen, operation, 'ids'), ids, operation)
    }
    assert.equal(at(seen, 'list_nodes', 'pages'), 2)
    assert.deepEqual(at(seen, 'summary'), [{ Region: 'us-east-1', Count: '3' }])
    assert.equal(at(seen, 'activations'), 3)
  })
})
