import { randomUUID } from 'node:crypto'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { type ChannelPeer, frameOf } from '@fairlead/testkit/channel-peer'
import { encodeAgentTaskComplete } from '@fairlead/wire/control-message'
import { decodeInteractiveShell } from '@fairlead/wire/session-message'

/** Starts a shell on the node of a channel; answers its session when the node was told of it. */
export async function startShell(root: ApiClient, peer: ChannelPeer): Promise<string> {
  await root.call('ssm', 'StartSession', { Target: peer.nodeId })
  return decodeInteractiveShell((await peer.take('interactive_shell')).payload).sessionId
}

/** Says as the node that a session has ended; answers the id of the message. */
export function sessionEnd(peer: ChannelPeer, sessionId: string): string {
  const messageId = randomUUID()
  const payload = encodeAgentTaskComplete({
    sessionId,
    topic: 'agent_task_complete',
    finalTaskStatus: 'Success',
    isRoutingFailure: false,
    nodeId: peer.nodeId,
    output: '',
    s3Bucket: '',
    s3UrlSuffix: '',
    logGroup: '',
    logStream: '',
    retryNumber: 1,
  })
  peer.socket.send(frameOf('agent_task_complete', payload, messageId))
  return messageId
}
