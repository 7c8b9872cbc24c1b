import { readChoice, readPayload, readText, writePayload } from './message-members.ts'

/** What an agent tells of its end: once when it has opened the data channel, once at a normal end. */
export interface SessionState {
  readonly sessionId: string
  readonly state: 'Connected' | 'Terminating'
}

export function encodeSessionState(state: SessionState): Uint8Array {
  return writePayload({ SchemaVersion: 1, SessionState: state.state, SessionId: state.sessionId })
}

export function decodeSessionState(payload: Uint8Array): SessionState {
  const members = readPayload(payload, 4096)
  return {
    sessionId: readText(members, 'SessionId', 256),
    state: readChoice(members, 'SessionState', ['Connected', 'Terminating']),
  }
}
