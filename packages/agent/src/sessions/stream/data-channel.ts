import { encodeAgentOpening } from '@fairlead/wire/session-message'
import { ApiError } from '../../api/control-plane.ts'
import { type Channel, type ChannelWorld, type OnClosed, openWebSocket } from '../../channel/websocket-channel.ts'

const longestFrame = 4 * 1024 * 1024

/**
 * Opens the data channel of a session: a token for it, the websocket, and the token as the first message. Resolves once it is
 * open; `onClosed` is called once, later. Rejects when it cannot be opened.
 */
export async function openDataChannel(sessionId: string, world: ChannelWorld, onClosed: OnClosed): Promise<Channel> {
  const { controlPlane, keys, newId, nodeId } = world
  const token = await controlPlane.createDataChannel(sessionId, newId(), await keys.signer())
  const target = `/v1/data-channel/${encodeURIComponent(sessionId)}?role=publish_subscribe`
  const greeting = encodeAgentOpening({ requestId: newId(), token, nodeId })
  return openWebSocket({ ...world, longestFrame }, { target, greeting }, onClosed)
}

/** True when the server says that there is no such session any more. The words are AWS's. */
export function isSessionOver(error: unknown): boolean {
  return error instanceof ApiError && error.message.includes('Session is already terminated')
}

/**
 * True when the server was there and would not have it. Keys that have expired are no refusal: the agent that renews them may
 * be away.
 */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status < 400 || error.status > 499) return false
  return !/Expired|Throttl|TooMany/.test(error.code)
}
