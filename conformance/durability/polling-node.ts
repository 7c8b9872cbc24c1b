import { randomUUID } from 'node:crypto'
import { ApiClient, type Credentials } from '@fairlead/testkit/api-client'
import { ChannelPeer } from '@fairlead/testkit/channel-peer'
import { activate, NodeMachine } from '@fairlead/testkit/node-machine'
import { type RunningServer, runServer } from '@fairlead/testkit/running-server'
import { reportsOf, success } from '@fairlead/testkit/simulated-reports'
import { encodeReplyContent } from '@fairlead/wire/control-message'

/** A server process, and a node without an agent: the test says itself what the node says. */
export async function pollingNode(t: { after(end: () => Promise<void>): void }) {
  const server = await runServer(t)
  const front = frontOf(server)
  const activation = await activate(front, { RegistrationLimit: 10 })
  const register = () => NodeMachine.register(front, { activation })
  const node = await register()
  const { nodeId } = node
  const { root } = front
  const client = await node.client()
  await node.report()

  return {
    server,
    root,
    front,
    node,
    nodeId,
    client,
    register,
    activation,
    open: () => ChannelPeer.open(front, node),

    poll: () => client.call('ec2messages', 'GetMessages', { Destination: nodeId, MessagesRequestId: randomUUID() }),

    acknowledge: (commandId: string) =>
      client.call('ec2messages', 'AcknowledgeMessage', { MessageId: messageIdOf(commandId, nodeId) }),

    reply: (commandId: string) =>
      client.call('ec2messages', 'SendReply', {
        MessageId: messageIdOf(commandId, nodeId),
        Payload: lastReport(),
        ReplyId: randomUUID(),
      }),

    /** Lets the server have many turns: what it was asked before has reached it. */
    async turns(): Promise<void> {
      for (let times = 0; times < 10; times++) await root.query('sts', 'GetCallerIdentity', {})
    },

    async send(): Promise<string> {
      const { Command } = await root.call('ssm', 'SendCommand', {
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: [nodeId],
        Parameters: { commands: ['uptime'] },
      })
      return Command?.CommandId ?? ''
    },

    async status(CommandId: string): Promise<string> {
      return (await root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId: nodeId })).Status ?? ''
    },
  }
}

/** What a node needs of a server to become one of its nodes. */
function frontOf(server: RunningServer) {
  const { url, region } = server
  const client = (credentials: Credentials | undefined) =>
    new ApiClient({ url, region, credentials, now: () => new Date() })
  return { url, root: server.client(), client }
}

function messageIdOf(commandId: string, nodeId: string): string {
  return `aws.ssm.${commandId}.${nodeId}`
}

function lastReport(): string {
  const [, , content] = reportsOf({ name: 'runShellScript', plugin: 'aws:runShellScript' }, success, new Date())
  if (content === undefined) throw new Error('there is no last report')
  return encodeReplyContent(content)
}
