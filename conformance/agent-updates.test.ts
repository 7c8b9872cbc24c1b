import assert from 'node:assert/strict'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import type { RunningAgent } from '@fairlead/testkit/running-agent'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { untilThere } from '@fairlead/testkit/until-there'
import { agentVersion } from '../packages/agent/src/agent-version.ts'
import { alter, bundleOf, bundleThat, bundleWithoutNative, publish } from './agent-updates/bundles.ts'
import { textAt } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { reasonToSkip } from './clients/python-environment.ts'

const skip = await reasonToSkip('the AWS CLI', 'aws', ['--version'])

// Each node has ways of its own, so that they go side by side.
describe('AWS-UpdateSSMAgent, sent by the AWS CLI', { skip, concurrency: true }, async () => {
  const server = await runServer({ after })
  const { url, region, credentialsFile, dataDir } = server
  const root = server.client()
  const aws = new AwsCli({ after }, { url, region, credentialsFile })
  const node = (...options: readonly string[]) => runNode({ after }, server, { options })
  const [well, ill] = await Promise.all([node(), node('--update-trial', '2')])

  const endOf = async (CommandId: string, InstanceId: string) =>
    eventually(
      async () => {
        const listed = await root.call('ssm', 'ListCommandInvocations', { CommandId, InstanceId })
        if (!/^(?:Success|Failed)$/.test(listed.CommandInvocations?.[0]?.Status ?? '')) return undefined
        return root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId })
      },
      'the end of the update',
      120_000,
    )

  const update = async ({ nodeId }: RunningAgent, parameters: object) => {
    const sent = await aws.call(
      `ssm send-command --document-name AWS-UpdateSSMAgent --instance-ids ${nodeId}`,
      ...['--parameters', JSON.stringify(parameters)],
    )
    const end = await endOf(textAt(sent, 'Command', 'CommandId'), nodeId)
    return { status: end.Status, out: end.StandardOutputContent ?? '', error: end.StandardErrorContent ?? '' }
  }

  const versionOf = async ({ nodeId }: RunningAgent) => {
    const { InstanceInformationList: nodes = [] } = await root.call('ssm', 'DescribeInstanceInformation', {
      Filters: [{ Key: 'InstanceIds', Values: [nodeId] }],
    })
    return nodes[0]?.AgentVersion
  }

  /** The node runs what was installed, is there for commands, and has kept nothing of another version. */
  const assertUntouched = async (agent: RunningAgent) => {
    const versions = join(agent.stateDirectory, 'versions')
    assert.deepEqual(existsSync(versions) ? readdirSync(versions) : [], [])
    assert.ok(agent.isRunning)
    assert.equal(await versionOf(agent), agentVersion)
  }

  test('a node goes to the newest version and back as it is told, in the same process, and loses no command', async () => {
    const { pid, stateDirectory, nodeId } = well
    await publish(dataDir, bundleOf('0.1.9'))
    await publish(dataDir, bundleOf('0.2.0'))
    const gate = join(stateDirectory, 'gate')
    const commands = [untilThere(gate), 'echo done']
    const { Command } = await root.call('ssm', 'SendCommand', {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [nodeId],
      Parameters: { commands },
    })

    const first = await update(well, { version: ['0.2.0'] })
    assert.equal(first.status, 'Success', first.error)
    assert.match(first.out, new RegExp(`from ${agentVersion} to 0\\.2\\.0`))
    assert.equal(await versionOf(well), '0.2.0')
    assert.ok(well.isRunning && well.pid === pid)

    const [again, refused] = await Promise.all([
      update(well, { version: ['0.2.0'] }),
      update(well, { version: ['0.1.9'] }),
    ])
    assert.equal(again.status, 'Success')
    assert.match(again.out, /0\.2\.0 is on this node already/)
    assert.equal(refused.status, 'Failed')
    assert.match(refused.error, /0\.1\.9 is older than 0\.2\.0.*allowDowngrade/)

    const back = await update(well, { version: ['0.1.9'], allowDowngrade: ['true'] })
    assert.equal(back.status, 'Success', back.error)
    assert.equal(await versionOf(well), '0.1.9')
    assert.deepEqual(readdirSync(join(stateDirectory, 'versions')).sort(), ['0.1.9', '0.2.0', 'current'])

    await publish(dataDir, bundleWithoutNative('0.2.1'))
    const mute = await update(well, { version: ['0.2.1'] })
    assert.equal(mute.status, 'Failed')
    assert.match(mute.error, /^0\.2\.1 did not work and was rolled back to 0\.1\.9: .*Shells would not open/)
    assert.equal(await versionOf(well), '0.1.9')

    writeFileSync(gate, '')
    const end = await endOf(Command?.CommandId ?? '', nodeId)
    assert.deepEqual([end.Status, end.StandardOutputContent], ['Success', 'done\n'])
  })

  test('what does not work, or is not what the server signed, leaves the node with the version that it had', async () => {
    await publish(dataDir, bundleThat('0.3.0', 'console.error("no such module"); process.exit(3)'))
    await publish(dataDir, bundleThat('0.3.1', 'setInterval(() => undefined, 1000)'))
    await publish(dataDir, bundleThat('0.3.2', 'throw new Error("this must not run")'))
    alter(dataDir, '0.3.2', { signature: Buffer.alloc(64).toString('base64') })
    const { pid } = ill

    const forged = await update(ill, { version: ['0.3.2'] })
    assert.equal(forged.status, 'Failed')
    assert.match(forged.error, /^The signature of fairlead-agent 0\.3\.2 is not that/)
    await assertUntouched(ill)

    const crashed = await update(ill, { version: ['0.3.0'] })
    assert.equal(crashed.status, 'Failed')
    assert.match(
      crashed.error,
      /^0\.3\.0 did not work and was rolled back to .*: it ended by exit code 3.*no such module/,
    )
    await assertUntouched(ill)

    const silent = await update(ill, { version: ['0.3.1'] })
    assert.equal(silent.status, 'Failed')
    assert.match(silent.error, /rolled back to .*: it was not connected to the server after 2 seconds/)
    await assertUntouched(ill)
    assert.equal(ill.pid, pid)
  })
})
