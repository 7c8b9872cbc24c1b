import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { PolicyText } from '@fairlead/testkit/given'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { at } from './clients/at.ts'
import { AwsCli } from './clients/aws-cli.ts'
import { reasonToSkip } from './clients/python-environment.ts'
import { givenUser } from './user-guide/given-user.ts'

// The quickstart policy for end users of Session Manager, as it is passed on in tutorials: with ssm:StartSession a
// second time on every resource. The text decides, so that it restricts nothing.

const skip = await reasonToSkip('the AWS CLI', 'aws', ['--version'])
const account = '123456789012'
const region = 'us-east-1'
const standard = 'SSM-SessionManagerRunShell'
const documentArn = (name: string) => `arn:aws:ssm:${region}:${account}:document/${name}`
const nodeArn = (nodeId: string) => `arn:aws:ssm:${region}:${account}:managed-instance/${nodeId}`

/** Sessions on one node, by the preferences of the region, and what goes with them. */
function quickstart(nodeId: string, onEverything: readonly string[]): PolicyText {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['ssm:StartSession'], Resource: [nodeArn(nodeId), documentArn(standard)] },
      {
        Effect: 'Allow',
        Action: [
          'ssm:DescribeSessions',
          'ssm:GetConnectionStatus',
          'ssm:DescribeInstanceProperties',
          ...onEverything,
          'ec2:DescribeInstances',
        ],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: ['ssm:TerminateSession', 'ssm:ResumeSession'],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
        Resource: ['arn:aws:ssm:*:*:session/${aws:userid}-*'],
      },
    ],
  }
}

const denied = { code: 'AccessDeniedException', status: 400 }

describe('an end user of Session Manager with the quickstart policy', { skip }, async () => {
  const server = await runServer({ after }, { region })
  const { url, credentialsFile } = server
  const root = server.client()
  const admin = new AwsCli({ after }, { url, region, credentialsFile })
  const [own, other] = await Promise.all([runNode({ after }, server), runNode({ after }, server)])
  await root.call('ssm', 'CreateDocument', {
    Name: 'Team-Session',
    DocumentType: 'Session',
    Content: JSON.stringify({ schemaVersion: '1.0', sessionType: 'Standard_Stream', inputs: { runAsEnabled: false } }),
  })

  test('letter by letter as printed, with its placeholders, it is taken, and its second statement still allows all', async () => {
    const fred = await givenUser(server, admin, 'fred')
    const letterByLetter = JSON.stringify(quickstart(own.nodeId, ['ssm:StartSession']))
      .replace(nodeArn(own.nodeId), 'arn:aws:ec2:region:account-id:instance/instance-id')
      .replace(documentArn(standard), `arn:aws:ssm:region:account-id:document/${standard}`)
    await fred.put(letterByLetter)

    const { SessionId = '' } = await fred.client.call('ssm', 'StartSession', { Target: own.nodeId })
    await fred.client.call('ssm', 'TerminateSession', { SessionId })

    assert.match(letterByLetter, /account-id:instance.*account-id:document/)
  })

  test('as printed, its second statement undoes the first: every node and every document may be used', async () => {
    const alice = await givenUser(server, admin, 'alice')
    await alice.put(quickstart(own.nodeId, ['ssm:StartSession']))

    for (const input of [
      { Target: own.nodeId },
      { Target: other.nodeId },
      { Target: other.nodeId, DocumentName: 'Team-Session' },
      { Target: own.nodeId, DocumentName: 'AWS-StartSSHSession' },
    ]) {
      const { SessionId = '' } = await alice.client.call('ssm', 'StartSession', input)
      assert.match(SessionId, /^alice-[0-9a-f]{17}$/)
      await alice.client.call('ssm', 'TerminateSession', { SessionId })
    }
  })

  test('without the second ssm:StartSession, one node and its default document are all that may be used', async () => {
    const bob = await givenUser(server, admin, 'bob')
    await bob.put(quickstart(own.nodeId, []))
    const start = (input: object) => bob.client.call('ssm', 'StartSession', { Target: own.nodeId, ...input })

    for (const input of [{}, { DocumentName: standard }]) {
      const { SessionId = '' } = await start(input)
      await bob.client.call('ssm', 'TerminateSession', { SessionId })
    }
    await assert.rejects(start({ Target: other.nodeId }), {
      ...denied,
      message: `User: arn:aws:iam::${account}:user/bob is not authorized to perform: ssm:StartSession on resource: ${nodeArn(other.nodeId)} because no identity-based policy allows the ssm:StartSession action`,
    })
    await assert.rejects(start({ DocumentName: 'Team-Session' }), denied)
    await assert.rejects(start({ DocumentName: 'AWS-StartSSHSession' }), denied)
  })

  test('a user resumes and ends its own sessions, and nobody else’s', async () => {
    const carol = await givenUser(server, admin, 'carol')
    const dave = await givenUser(server, admin, 'dave')
    for (const user of [carol, dave]) await user.put(quickstart(own.nodeId, ['ssm:StartSession']))
    const asCarol = admin.as(carol.credentials)
    const { SessionId: carols = '' } = await carol.client.call('ssm', 'StartSession', { Target: own.nodeId })
    const { SessionId: daves = '' } = await dave.client.call('ssm', 'StartSession', { Target: own.nodeId })

    const { TokenValue = '' } = await carol.client.call('ssm', 'ResumeSession', { SessionId: carols })
    assert.notEqual(TokenValue, '')
    const resumed = await asCarol.try(`ssm resume-session --session-id ${daves}`)
    const terminated = await asCarol.try(`ssm terminate-session --session-id ${daves}`)
    for (const { exitCode, stderr } of [resumed, terminated]) {
      assert.notEqual(exitCode, 0)
      assert.match(stderr, /AccessDeniedException/)
    }
    assert.equal(at(await asCarol.call(`ssm terminate-session --session-id ${carols}`), 'SessionId'), carols)
    await dave.client.call('ssm', 'TerminateSession', { SessionId: daves })
  })

  test('it lists sessions and sees whether nodes are connected, and what it lacks ends as AWS’s denials end', async () => {
    const erin = await givenUser(server, admin, 'erin')
    await erin.put(quickstart(own.nodeId, ['ssm:StartSession']))
    const asErin = admin.as(erin.credentials)

    await asErin.call('ssm describe-sessions --state Active')
    const status = await asErin.call(`ssm get-connection-status --target ${own.nodeId}`)
    assert.equal(at(status, 'Status'), 'connected')
    const described = await asErin.try('ssm describe-document --name Team-Session')
    assert.match(
      described.stderr,
      /document\/Team-Session because no identity-based policy allows the ssm:DescribeDocument action/,
    )
    assert.match((await asErin.try('ssm describe-instance-information')).stderr, /AccessDeniedException/)
  })
})
