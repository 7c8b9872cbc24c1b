import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { at, textAt } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { reasonToSkip } from './clients/python-environment.ts'

const skip = await reasonToSkip('the AWS CLI', 'aws', ['--version'])
const account = '123456789012'

// What a person does with commands and groups of nodes, in the words of the AWS CLI; boto3.test.ts has its paginators and waiters.
describe('Run Command with the AWS CLI', { skip }, async () => {
  const server = await runServer({ after })
  const { region } = server
  const aws = new AwsCli({ after }, server)
  const nodes = [
    await runNode({ after }, server, { tags: { stage: 'test', role: 'web' } }),
    await runNode({ after }, server, { tags: { stage: 'test', role: 'db' } }),
  ].map(({ nodeId }) => nodeId)
  const query = JSON.stringify({
    Type: 'TAG_FILTERS_1_0',
    Query: JSON.stringify({
      ResourceTypeFilters: ['AWS::SSM::ManagedInstance'],
      TagFilters: [{ Key: 'stage', Values: ['test'] }],
    }),
  })
  const send = async (script: string, ...more: string[]) => {
    const words = ['--parameters', JSON.stringify({ commands: [script] }), ...more]
    return at(await aws.call('ssm send-command --document-name AWS-RunShellScript', ...words), 'Command')
  }
  const finished = async (command: unknown, ids: readonly string[] = nodes) => {
    const commandId = textAt(command, 'CommandId')
    // It says 255 of a command that did not succeed, which is what some are to do.
    for (const nodeId of ids)
      await aws.try(`ssm wait command-executed --command-id ${commandId} --instance-id ${nodeId}`)
    return at(await aws.call(`ssm list-commands --command-id ${commandId}`), 'Commands', 0)
  }

  test('a resource group is made, asked, tagged, listed and deleted', async () => {
    const made = await aws.call(
      'resource-groups create-group --name test-nodes --tags team=red --resource-query',
      query,
    )
    const arn = textAt(made, 'Group', 'GroupArn')
    assert.equal(arn, `arn:aws:resource-groups:${region}:${account}:group/test-nodes`)
    const members = await aws.call('resource-groups list-group-resources --group test-nodes')
    const found = nodes.toSorted().map((nodeId) => `arn:aws:ssm:${region}:${account}:managed-instance/${nodeId}`)
    assert.deepEqual(
      [0, 1].map((index) => at(members, 'ResourceIdentifiers', index, 'ResourceArn')),
      found,
    )
    await aws.call(`resource-groups tag --arn ${arn} --tags cost=1`)
    await aws.call(`resource-groups untag --arn ${arn} --keys team`)
    assert.deepEqual(at(await aws.call(`resource-groups get-tags --arn ${arn}`), 'Tags'), { cost: '1' })
    await aws.call('resource-groups create-group --name other --resource-query', query)
    const page = await aws.call('resource-groups list-groups --page-size 1')
    assert.equal(at(page, 'GroupIdentifiers', 0, 'GroupName'), 'other')
    assert.equal(at(page, 'GroupIdentifiers', 1, 'GroupName'), 'test-nodes')
    await aws.call('resource-groups delete-group --group other')
    const refused = await aws.try('resource-groups get-group --group other')
    assert.match(refused.stderr, /\(NotFoundException\) when calling the GetGroup operation/)
    const searched = await aws.call('resource-groups search-resources --resource-query', query)
    assert.equal(at(searched, 'ResourceIdentifiers', 1, 'ResourceArn'), found[1])
  })

  test('a command goes to a group node by node, and its output is read with the invocations', async () => {
    const command = await send(
      'uname',
      ...words('--targets Key=resource-groups:Name,Values=test-nodes --max-concurrency 1'),
    )
    const ended = await finished(command)
    assert.deepEqual(at(ended, 'Status'), 'Success')
    assert.deepEqual([at(ended, 'TargetCount'), at(ended, 'CompletedCount'), at(ended, 'ErrorCount')], [2, 2, 0])
    const id = textAt(command, 'CommandId')
    const listed = await aws.call(`ssm list-command-invocations --command-id ${id} --details`)
    for (const index of [0, 1]) {
      assert.equal(at(listed, 'CommandInvocations', index, 'CommandPlugins', 0, 'Output'), 'Linux\n')
    }
  })

  test('the first error of one node at a time spares the other', async () => {
    const limits = words('--targets Key=tag:stage,Values=test --max-concurrency 1 --max-errors 0')
    const ended = await finished(await send('exit 7', ...limits))
    assert.deepEqual([at(ended, 'StatusDetails'), at(ended, 'ErrorCount')], ['Failed', 1])
    const id = textAt(ended, 'CommandId')
    const listed = await aws.call(`ssm list-command-invocations --command-id ${id}`)
    const details = [0, 1].map((index) => at(listed, 'CommandInvocations', index, 'StatusDetails'))
    assert.deepEqual(details.toSorted(), ['Failed', 'Terminated'])
  })

  test('outputs in S3 and in CloudWatch Logs, notifications and alarms are taken and shown', async () => {
    const trust = { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
    await aws.call('iam create-role --role-name Publisher --assume-role-policy-document', document)
    const topic = `arn:aws:sns:${region}:${account}:commands`
    const command = await send(
      'echo kept',
      ...words(`--targets Key=InstanceIds,Values=${nodes[0]} --comment all-of-it --timeout-seconds 60`),
      ...words('--output-s3-bucket-name outputs --output-s3-key-prefix team --cloud-watch-output-config'),
      'CloudWatchOutputEnabled=true,CloudWatchLogGroupName=logs',
      ...words(`--service-role-arn arn:aws:iam::${account}:role/Publisher --notification-config`),
      `NotificationArn=${topic},NotificationEvents=Failed,NotificationType=Command`,
      ...words('--alarm-configuration Alarms=[{Name=errors}]'),
    )
    const ended = await finished(command, nodes.slice(0, 1))
    assert.partialDeepStrictEqual(ended, {
      Status: 'Success',
      Comment: 'all-of-it',
      TimeoutSeconds: 60,
      OutputS3BucketName: 'outputs',
      OutputS3KeyPrefix: 'team',
      ServiceRole: `arn:aws:iam::${account}:role/Publisher`,
      NotificationConfig: { NotificationArn: topic, NotificationEvents: ['Failed'], NotificationType: 'Command' },
      CloudWatchOutputConfig: { CloudWatchLogGroupName: 'logs', CloudWatchOutputEnabled: true },
    })
    const id = textAt(command, 'CommandId')
    const found = await aws.call(`ssm get-command-invocation --command-id ${id} --instance-id ${nodes[0]}`)
    const place = `https://s3.${region}.amazonaws.com/outputs/team/${id}/${nodes[0]}/awsrunShellScript`
    assert.equal(at(found, 'StandardOutputUrl'), `${place}/0.awsrunShellScript/stdout`)
    assert.equal(at(found, 'StandardOutputContent'), 'kept\n')
  })

  test('one node of a command is cancelled, then the rest', async () => {
    const command = await send('sleep 600', ...words('--targets Key=tag:stage,Values=test'))
    const id = textAt(command, 'CommandId')
    await aws.call(`ssm cancel-command --command-id ${id} --instance-ids ${nodes[0]}`)
    const one = await aws.try(`ssm wait command-executed --command-id ${id} --instance-id ${nodes[0]}`)
    assert.notEqual(one.exitCode, 0)
    await aws.call(`ssm cancel-command --command-id ${id}`)
    assert.equal(at(await finished(command), 'StatusDetails'), 'Cancelled')
  })

  test('commands are filtered by status, document and time, page by page', async () => {
    const listed = async (...more: string[]) => {
      const found = await aws.call('ssm list-commands --page-size 1 --query', 'Commands[].StatusDetails', ...more)
      assert.ok(Array.isArray(found))
      return found
    }
    assert.deepEqual(await listed('--filters', 'key=Status,value=Cancelled'), ['Cancelled'])
    assert.deepEqual(await listed('--filters', 'key=ExecutionStage,value=Executing'), [])
    assert.deepEqual(await listed('--filters', 'key=InvokedBefore,value=2020-01-01T00:00:00Z'), [])
    const all = await listed('--filters', 'key=DocumentName,value=AWS-RunShellScript')
    assert.deepEqual(all, ['Cancelled', 'Success', 'Failed', 'Success'])
  })
})

function words(text: string): string[] {
  return text.split(' ')
}
