import { encodeOpenControlChannel } from '@fairlead/wire/control-message'
import { agentVersion } from '../agent-version.ts'
import { type Channel, type ChannelWorld, type OnClosed, openWebSocket } from './websocket-channel.ts'

// A job may carry a document of a mebibyte, and its parameters, as JSON inside JSON.
const longestFrame = 4 * 1024 * 1024

/**
 * Opens the control channel: a token for it, the websocket, and the token as the first frame. Resolves once it is open;
 * `onClosed` is called once, later. Rejects when it cannot be opened.
 */
export async function openControlChannel(
  world: ChannelWorld,
  keepsSessionLogs: boolean,
  onClosed: OnClosed,
): Promise<Channel> {
  const { controlPlane, nodeId, newId, keys } = world
  const token = await controlPlane.createControlChannel(nodeId, newId(), await keys.signer())
  const target = `/v1/control-channel/${nodeId}?role=subscribe&stream=input`
  const greeting = encodeOpenControlChannel({
    requestId: newId(),
    token,
    agentVersion,
    platformType: process.platform,
    keepsSessionLogs,
    sendsLiveOutput: true,
  })
  return openWebSocket({ ...world, longestFrame }, { target, greeting }, onClosed)
}
