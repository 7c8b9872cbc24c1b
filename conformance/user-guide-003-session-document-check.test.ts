import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { PolicyText } from '@fairlead/testkit/given'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { AwsCli } from './clients/aws-cli.ts'
import { reasonToSkip } from './clients/python-environment.ts'
import { givenUser } from './user-guide/given-user.ts'

// "Enforce a session document permission check for the AWS CLI" of the user guide, on a real node. The sample of that
// page has no Condition although its text speaks of one: both forms are here.

const skip = await reasonToSkip('the AWS CLI', 'aws', ['--version'])
const region = 'us-west-2'
const arn = (resource: string) => `arn:aws:ssm:${region}:123456789012:${resource}`
const standard = arn('document/SSM-SessionManagerRunShell')
const custom = arn('document/Team-Session')
const ssh = `arn:aws:ssm:${region}::document/AWS-StartSSHSession`

/** The ways to ask: no document, the default one by name, one’s own, Amazon’s for SSH. */
const ways = [undefined, 'SSM-SessionManagerRunShell', 'Team-Session', 'AWS-StartSSHSession'] as const

describe('whoever starts sessions under the document permission check', { skip }, async () => {
  const server = await runServer({ after }, { region })
  const { url, credentialsFile } = server
  const root = server.client()
  const admin = new AwsCli({ after }, { url, region, credentialsFile })
  const { nodeId } = await runNode({ after }, server)
  await root.call('ssm', 'CreateDocument', {
    Name: 'Team-Session',
    DocumentType: 'Session',
    Content: JSON.stringify({ schemaVersion: '1.0', sessionType: 'Standard_Stream', inputs: { runAsEnabled: false } }),
  })
  const node = arn(`managed-instance/${nodeId}`)
  const alice = await givenUser(server, admin, 'alice')

  /** Which of the ways begin a session on the node; every one that does is ended again. */
  async function begins(): Promise<string> {
    const answers: string[] = []
    for (const DocumentName of ways) {
      try {
        const asked = { Target: nodeId, ...(DocumentName === undefined ? {} : { DocumentName }) }
        const { SessionId = '' } = await alice.client.call('ssm', 'StartSession', asked)
        await root.call('ssm', 'TerminateSession', { SessionId })
        answers.push('yes')
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'AccessDeniedException')) throw error
        answers.push('no')
      }
    }
    return answers.join(' ')
  }

  const allow = (Resource: string | readonly string[], check?: 'true' | 'false') => ({
    Effect: 'Allow',
    Action: ['ssm:StartSession'],
    Resource,
    ...(check && { Condition: { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': check } } }),
  })

  // In the order of `ways`.
  const table: readonly (readonly [says: string, statements: readonly object[], begins: string])[] = [
    ['the sample as it is printed, without its condition', [allow([node, standard])], 'yes yes no no'],
    ['the sample as its text means it, with the condition', [allow([node, standard], 'true')], 'no yes no no'],
    ['the node alone: the default document goes without saying', [allow(node)], 'yes yes no no'],
    ['the node alone, checked', [allow(node, 'true')], 'no no no no'],
    ['a check that is off changes nothing', [allow(node, 'false')], 'yes yes no no'],
    ['a document of one’s own, checked', [allow([node, custom], 'true')], 'no no yes no'],
    ['Amazon’s document for SSH', [allow([node, ssh])], 'yes yes no yes'],
    [
      'a check that is not in every statement is none',
      [allow([node, standard], 'true'), allow('*')],
      'yes yes yes yes',
    ],
    ['everything, checked', [allow('*', 'true')], 'no yes yes yes'],
    ['a document without a node', [allow(standard)], 'no no no no'],
  ]
  for (const [says, Statement, expected] of table) {
    test(`${says}: ${expected}`, async () => {
      await alice.put({ Version: '2012-10-17', Statement } satisfies PolicyText)

      assert.equal(await begins(), expected)
    })
  }
})
