import { after } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { runNode } from '@fairlead/testkit/running-node'
import { type RunningServer, runServer } from '@fairlead/testkit/running-server'
import { AwsCli } from '../clients/aws-cli.ts'
import { type GuideUser, givenUser } from './given-user.ts'

const account = '123456789012'

type Nodes = { InstanceIds: string[] } | { Targets: { Key: string; Values: string[] }[] }

/** A server with real nodes, and users who command them. */
export class CommandWorld {
  readonly #server: RunningServer
  readonly #admin: AwsCli

  /** @param t what everything ends with */
  static async start(region: string, t: Parameters<typeof runServer>[0] = { after }): Promise<CommandWorld> {
    return new CommandWorld(await runServer(t, { region }))
  }

  private constructor(server: RunningServer) {
    this.#server = server
    const { url, region, credentialsFile } = server
    this.#admin = new AwsCli({ after }, { url, region, credentialsFile })
  }

  get root() {
    return this.#server.client()
  }

  /** A user whose only policy is put by `aws iam put-user-policy`. */
  async user(name: string, policy: string): Promise<GuideUser> {
    const user = await givenUser(this.#server, this.#admin, name)
    await user.put(policy)
    return user
  }

  /** The id of a node with these tags. */
  async node(tags: Readonly<Record<string, string>>, t: Parameters<typeof runNode>[0] = { after }): Promise<string> {
    return (await runNode(t, this.#server, { tags })).nodeId
  }

  /** Makes a document of one's own that says `ran` as well, with these tags. */
  async document(Name: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const step = { action: 'aws:runShellScript', name: 'say', inputs: { runCommand: ['echo ran'] } }
    await this.root.call('ssm', 'CreateDocument', {
      Name,
      DocumentType: 'Command',
      Content: JSON.stringify({ schemaVersion: '2.2', mainSteps: [step] }),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })
  }

  async send({ client }: GuideUser, nodes: Nodes, DocumentName = 'AWS-RunShellScript'): Promise<string> {
    const { Command } = await client.call('ssm', 'SendCommand', {
      DocumentName,
      ...(DocumentName.startsWith('AWS-') ? { Parameters: { commands: ['echo ran'] } } : {}),
      ...nodes,
    })
    return Command?.CommandId ?? ''
  }

  /** Whether a user's command is taken; one that is runs. */
  async isAllowed(user: GuideUser, nodeId: string, documentName?: string): Promise<boolean> {
    try {
      await this.send(user, { InstanceIds: [nodeId] }, documentName)
      return true
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'AccessDeniedException') return false
      throw error
    }
  }

  /** The invocation of a command on a node, once it has ended. */
  ended(CommandId: string, InstanceId: string) {
    return eventually(async () => {
      const answer = await this.root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId })
      return ['Pending', 'InProgress', 'Delayed'].includes(answer.Status ?? '') ? undefined : answer
    }, `${CommandId} has ended on ${InstanceId}`)
  }

  /** Gives a node these tags and no others. */
  async retag(nodeId: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const { root } = this
    const resource = { ResourceType: 'ManagedInstance', ResourceId: nodeId } as const
    const { TagList = [] } = await root.call('ssm', 'ListTagsForResource', resource)
    const TagKeys = TagList.map(({ Key = '' }) => Key)
    if (TagKeys.length > 0) await root.call('ssm', 'RemoveTagsFromResource', { ...resource, TagKeys })
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
    if (Tags.length > 0) await root.call('ssm', 'AddTagsToResource', { ...resource, Tags })
  }

  /** How many commands there are. */
  async commandCount(): Promise<number> {
    let count = 0
    let NextToken: string | undefined
    do {
      const page = await this.root.call('ssm', 'ListCommands', { MaxResults: 50, ...(NextToken ? { NextToken } : {}) })
      count += page.Commands?.length ?? 0
      NextToken = page.NextToken || undefined
    } while (NextToken !== undefined)
    return count
  }

  /** The refusal that names a node or, by its whole ARN, a document. */
  denied(user: GuideUser, resource: string): { code: string; status: number; message: string } {
    const { region } = this.#server
    const arn = resource.startsWith('arn:') ? resource : `arn:aws:ssm:${region}:${account}:managed-instance/${resource}`
    return {
      code: 'AccessDeniedException',
      status: 400,
      message:
        `User: arn:aws:iam::${account}:user/${user.name} is not authorized to perform: ssm:SendCommand on resource: ${arn} ` +
        'because no identity-based policy allows the ssm:SendCommand action',
    }
  }
}
