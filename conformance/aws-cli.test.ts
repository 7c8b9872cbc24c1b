import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { runAgent } from '@fairlead/testkit/running-agent'
import { runServer } from '@fairlead/testkit/running-server'
import { at, textAt } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { reasonToSkip } from './clients/python-environment.ts'

const skip = await reasonToSkip('the AWS CLI', 'aws', ['--version'])
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

describe('the AWS CLI', { skip }, async () => {
  const server = await runServer({ after })
  const { url, secureUrl, region, credentialsFile, caFile } = server
  const aws = new AwsCli({ after }, { url, region, credentialsFile })
  await aws.call('iam create-role --role-name Node --assume-role-policy-document', trust)
  await aws.call(
    'iam attach-role-policy --role-name Node --policy-arn arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore',
  )
  const activate = async (client: AwsCli, name: string, settings: { url: string; caFile?: string }) => {
    const activation = await client.call(
      `ssm create-activation --iam-role Node --registration-limit 1 --default-instance-name ${name}`,
      ...['--tags', `Key=Name,Value=${name}`],
    )
    const { nodeId } = await runAgent(
      { after },
      {
        ...settings,
        region,
        activationId: textAt(activation, 'ActivationId'),
        activationCode: textAt(activation, 'ActivationCode'),
      },
    )
    await eventually(async () => {
      const nodes = await client.call('ssm describe-instance-information --filters', `Key=InstanceIds,Values=${nodeId}`)
      return at(nodes, 'InstanceInformationList', 0, 'PingStatus') === 'Online' ? true : undefined
    }, `${name} is Online`)
    return nodeId
  }
  const nodeId = await activate(aws, 'web-1', { url })
  const send = async (client: AwsCli, node: string, script: string) => {
    const sent = await client.call(
      `ssm send-command --document-name AWS-RunShellScript --instance-ids ${node}`,
      ...['--parameters', JSON.stringify({ commands: [script] })],
    )
    const commandId = textAt(sent, 'Command', 'CommandId')
    return { commandId, invocation: `--command-id ${commandId} --instance-id ${node}` }
  }

  test('runs a script on a node that it activated, and reads the output', async () => {
    const { commandId, invocation: named } = await send(aws, nodeId, 'echo hello from "$(hostname)"; echo oops >&2')
    const waited = await aws.try(`ssm wait command-executed ${named}`)
    const invocation = await aws.call(`ssm get-command-invocation ${named}`)

    assert.equal(waited.exitCode, 0, waited.stderr)
    assert.equal(at(invocation, 'Status'), 'Success')
    assert.equal(at(invocation, 'StatusDetails'), 'Success')
    assert.equal(at(invocation, 'ResponseCode'), 0)
    assert.match(textAt(invocation, 'StandardOutputContent'), /^hello from \S+\n$/)
    assert.equal(at(invocation, 'StandardErrorContent'), 'oops\n')

    const nodes = await aws.call('ssm describe-instance-information --filters', `Key=InstanceIds,Values=${nodeId}`)
    assert.equal(at(nodes, 'InstanceInformationList', 0, 'InstanceId'), nodeId)
    assert.equal(at(nodes, 'InstanceInformationList', 0, 'ResourceType'), 'ManagedInstance')
    assert.equal(at(nodes, 'InstanceInformationList', 0, 'Name'), 'web-1')
    assert.equal(at(nodes, 'InstanceInformationList', 0, 'IamRole'), 'Node')

    const commands = await aws.call(`ssm list-commands --command-id ${commandId}`)
    assert.equal(at(commands, 'Commands', 0, 'Status'), 'Success')
    assert.equal(at(commands, 'Commands', 0, 'CompletedCount'), 1)

    const details = await aws.call(`ssm list-command-invocations --details --command-id ${commandId}`)
    assert.equal(at(details, 'CommandInvocations', 0, 'InstanceId'), nodeId)
    assert.equal(at(details, 'CommandInvocations', 0, 'CommandPlugins', 0, 'Name'), 'aws:runShellScript')
    assert.match(textAt(details, 'CommandInvocations', 0, 'CommandPlugins', 0, 'Output'), /^hello from /)
  })

  test('is told Failed and the exit status of a script that fails', async () => {
    const { invocation: named } = await send(aws, nodeId, 'echo before; exit 3')
    const waited = await aws.try(`ssm wait command-executed ${named}`)
    const failed = await aws.call(`ssm get-command-invocation ${named}`)

    assert.equal(waited.exitCode, 255, 'the waiter takes Failed for an error')
    assert.equal(at(failed, 'Status'), 'Failed')
    assert.equal(at(failed, 'StatusDetails'), 'Failed')
    assert.equal(at(failed, 'ResponseCode'), 3)
    assert.match(textAt(failed, 'StandardOutputContent'), /^before\n/)
  })

  test('cancels a script that runs', async () => {
    const { commandId, invocation: named } = await send(aws, nodeId, 'echo started; exec sleep 50')
    await statusOf(aws, named, 'InProgress')
    assert.deepEqual(await aws.call(`ssm cancel-command --command-id ${commandId}`), {})

    await statusOf(aws, named, 'Cancelled')
    const commands = await aws.call(`ssm list-commands --command-id ${commandId}`)
    assert.equal(at(commands, 'Commands', 0, 'Status'), 'Cancelled')
  })

  test('adds a tag, runs on the nodes that have it, and takes it away', async () => {
    const resource = `--resource-type ManagedInstance --resource-id ${nodeId}`

    await aws.call(`ssm add-tags-to-resource ${resource} --tags Key=Stage,Value=test`)
    const sent = await aws.call(
      'ssm send-command --document-name AWS-RunShellScript --targets Key=tag:Stage,Values=test',
      ...['--parameters', JSON.stringify({ commands: ['true'] })],
    )
    await statusOf(aws, `--command-id ${textAt(sent, 'Command', 'CommandId')} --instance-id ${nodeId}`, 'Success')
    await aws.call(`ssm remove-tags-from-resource ${resource} --tag-keys Stage`)

    const tags = await aws.call(`ssm list-tags-for-resource ${resource}`)
    assert.deepEqual(at(tags, 'TagList'), [{ Key: 'Name', Value: 'web-1' }])
  })

  test('names the error of what cannot be', async () => {
    const unknown = await aws.try('ssm send-command --document-name No-Such --instance-ids', nodeId)
    assert.match(unknown.stderr, /An error occurred \(InvalidDocument\) when calling the SendCommand operation/)
    const nowhere = await aws.try(
      'ssm send-command --document-name AWS-RunShellScript --instance-ids mi-00000000000000000',
    )
    assert.match(nowhere.stderr, /An error occurred \((InvalidInstanceId|ValidationException)\)/)
    const never = await aws.try('ssm get-maintenance-window --window-id mw-00000000000000000')
    assert.match(never.stderr, /UnknownOperationException/)
  })

  test('does it over TLS when it trusts the authority that the server made, and only then', async () => {
    const secure = new AwsCli({ after }, { url: secureUrl, region, credentialsFile, caFile })
    const secureNode = await activate(secure, 'web-2', { url: secureUrl, caFile })
    const { invocation: named } = await send(secure, secureNode, 'echo over TLS')
    const done = await statusOf(secure, named, 'Success')
    assert.equal(at(done, 'StandardOutputContent'), 'over TLS\n')

    const stranger = await new AwsCli({ after }, { url: secureUrl, region, credentialsFile }).try(
      'sts get-caller-identity',
    )
    assert.notEqual(stranger.exitCode, 0)
    assert.match(stranger.stderr, /SSL validation failed|CERTIFICATE_VERIFY_FAILED/)
  })
})

function statusOf(aws: AwsCli, named: string, status: string): Promise<unknown> {
  return eventually(async () => {
    const invocation = await aws.call(`ssm get-command-invocation ${named}`)
    return at(invocation, 'Status') === status ? invocation : undefined
  }, `the invocation is ${status}`)
}
