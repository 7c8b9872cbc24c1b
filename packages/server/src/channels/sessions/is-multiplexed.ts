import { asObject, MessageError } from '@fairlead/wire/message-members'
import { decodeSessionContent } from '@fairlead/wire/session-message'
import type { Session } from '../../domain/session.ts'

/** Whether the client of a session listens on a port and puts many connections on the one channel. */
export function isMultiplexed({ sessionType, agentContent }: Session): boolean {
  if (sessionType !== 'Port') return false
  try {
    const { documentContent } = decodeSessionContent(agentContent)
    return asObject(documentContent['properties'], 'properties')['type'] === 'LocalPortForwarding'
  } catch (error) {
    // Then the agent will not begin it either.
    if (error instanceof MessageError) return false
    throw error
  }
}
