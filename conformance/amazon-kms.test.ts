import assert from 'node:assert/strict'
import { delimiter, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { elementOf } from '@fairlead/testkit/api-client'
import { eventually } from '@fairlead/testkit/eventually'
import { allow } from '@fairlead/testkit/given'
import { HeldClient } from './clients/held-client.ts'
import { findOfficialAgent } from './clients/official-agent.ts'
import { findOfficialPlugin } from './clients/official-plugin.ts'
import { clientEnvironment, reasonToSkip } from './clients/python-environment.ts'
import { ownPluginFolder, sessionBench } from './sessions/session-bench.ts'

const plugin = findOfficialPlugin()
const agent = findOfficialAgent()
const skip = await reasonToSkip('the AWS CLI', 'aws', ['--version'])

const pairings = [
  { who: 'our plugin and our agent', folder: ownPluginFolder, node: 'ours', reason: false },
  { who: 'Amazon’s plugin and our agent', folder: plugin.folder, node: 'ours', reason: plugin.skip },
  { who: 'our plugin and Amazon’s agent', folder: ownPluginFolder, node: 'amazon', reason: agent.skip },
  {
    who: 'Amazon’s plugin and Amazon’s agent',
    folder: plugin.folder,
    node: 'amazon',
    reason: plugin.skip || agent.skip,
  },
] as const

// Amazon's plugin calls KMS under AWS's own name and nowhere else, so these go by the proxy, without any --endpoint-url.
describe('sessions under AWS’s own host names, encrypted with a KMS key', { skip }, async () => {
  const owner = { after }
  const serverOptions = ['--aws-hostnames']
  const bench = await sessionBench(owner, { withOfficialAgent: agent.skip === false, serverOptions })
  const { server } = bench
  const root = server.client()
  const { KeyMetadata } = await root.call('kms', 'CreateKey', {})
  await root.call('kms', 'CreateAlias', { AliasName: 'alias/sessions', TargetKeyId: KeyMetadata?.KeyId ?? '' })
  const inputs = { kmsKeyId: 'alias/sessions', runAsEnabled: false }
  const Content = JSON.stringify({ schemaVersion: '1.0', description: '', sessionType: 'Standard_Stream', inputs })
  await root.call('ssm', 'CreateDocument', { Name: 'Sealed', DocumentType: 'Session', Content })
  const allowNode = (action: string) =>
    root.query('iam', 'PutRolePolicy', {
      RoleName: 'Node',
      PolicyName: 'sessions',
      PolicyDocument: JSON.stringify(allow(action)),
    })
  await root.query('iam', 'CreateUser', { UserName: 'bob' })
  await root.query('iam', 'PutUserPolicy', {
    UserName: 'bob',
    PolicyName: 'sessions',
    PolicyDocument: JSON.stringify(allow('ssm:*')),
  })
  const bobsKey = await root.query('iam', 'CreateAccessKey', { UserName: 'bob' })
  const asBob = {
    AWS_ACCESS_KEY_ID: elementOf(bobsKey, 'AccessKeyId') ?? '',
    AWS_SECRET_ACCESS_KEY: elementOf(bobsKey, 'SecretAccessKey') ?? '',
  }

  /** In a shell that knows what `fairlead env` says, and nothing else of the server. */
  const start = async (
    t: { after(end: () => Promise<void>): void },
    { folder, node }: (typeof pairings)[number],
    document?: string,
    keys: Readonly<Record<string, string>> = {},
  ) => {
    // After a restart of the server Amazon's agent takes its time to come back.
    const isConnected = async () => {
      const { Status } = await root.call('ssm', 'GetConnectionStatus', { Target: bench.nodes[node] })
      return Status === 'connected' || undefined
    }
    await eventually(isConnected, 'the node is connected', 60_000)
    const { region, credentialsFile } = server
    const environment = clientEnvironment(owner, { url: '', region, credentialsFile })
    const setKeys = Object.entries(keys).map(([name, value]) => `export ${name}='${value}'; unset AWS_PROFILE`)
    const script = [
      `eval "$('${join(ownPluginFolder, 'fairlead')}' env --data-dir '${server.dataDir}')"`,
      ...setKeys,
      `export PATH='${folder}'${delimiter}"$PATH"`,
      `exec aws ssm start-session --target ${bench.nodes[node]} ${document ? `--document-name ${document}` : ''}`,
    ]
    return new HeldClient(t, ['/bin/sh', '-ec', script.join('\n')], environment)
  }

  for (const pairing of pairings) {
    const { who, reason } = pairing

    test(`a shell opens without an endpoint with ${who}`, { skip: reason }, async (t) => {
      const client = await start(t, pairing)
      await client.untilSays(/Starting session with SessionId: /)
      client.write('echo plain-$((6*7))\n')
      await client.untilSays(/plain-42/)
      client.write('exit\n')
      await client.untilSays(/Exiting session with sessionId: /)
      assert.equal(await client.ended(), 0)
      assert.doesNotMatch(client.said + client.complained, /KMS/)
    })

    test(`an encrypted shell works with ${who}`, { skip: reason }, async (t) => {
      await allowNode('kms:Decrypt')
      const client = await start(t, pairing, 'Sealed')
      await client.untilSays(/This session is encrypted using AWS KMS\./)
      client.write('echo sealed-$((6*7)); seq 1 3000 | tail -n 1; stty size\n')
      await client.untilSays(/sealed-42.*3000.*100 300/s)
      client.write('exit\n')
      await client.untilSays(/Exiting session with sessionId: /)
      assert.equal(await client.ended(), 0)
    })

    test(`an encrypted shell outlives a server that is killed, with ${who}`, { skip: reason }, async (t) => {
      await allowNode('kms:Decrypt')
      const client = await start(t, pairing, 'Sealed')
      await client.untilSays(/This session is encrypted using AWS KMS\./)
      client.write('echo before-$((6*7)); sleep 3; echo between-$((6*8))\n')
      await client.untilSays(/before-42/)
      await server.kill()
      await server.start()
      await client.untilSays(/between-48/, 40_000)
      client.write('echo after-$((6*9)); exit\n')
      await client.untilSays(/after-54.*Exiting session with sessionId: /s)
    })

    test(`whoever may not make data keys gets no shell, and is told so, with ${who}`, { skip: reason }, async (t) => {
      await allowNode('kms:Decrypt')
      const client = await start(t, pairing, 'Sealed', asBob)
      await client.untilSays(/SessionId: \S+ : .*not authorized to perform: kms:GenerateDataKey/s)
      await client.ended()
      assert.doesNotMatch(client.said, /encrypted/)
    })

    test(`a node that may not decrypt gives no shell, and says so, with ${who}`, { skip: reason }, async (t) => {
      await allowNode('kms:DescribeKey')
      const client = await start(t, pairing, 'Sealed')
      await client.untilSays(/SessionId: \S+ : .*not authorized to perform: kms:Decrypt/s)
      await client.ended()
      assert.doesNotMatch(client.said, /encrypted/)
    })
  }
})
