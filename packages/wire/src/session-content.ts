import {
  asObject,
  type Members,
  readObject,
  readOptionalText,
  readPayload,
  readText,
  writePayload,
} from './message-members.ts'
import type { ParameterValue } from './parameter-value.ts'
import { readParameters } from './read-parameters.ts'

/** The interactive_shell of a control channel: a node is to begin a session. There is no receipt for it. */
export interface InteractiveShell {
  readonly sessionId: string
  /** What `encodeSessionContent` wrote. */
  readonly content: string
}

/** What a node is told of a session. */
export interface SessionContent {
  readonly documentName: string
  /** `[A-Za-z0-9._-]`: it becomes the name of a directory. */
  readonly sessionId: string
  /** The user whom the caller's `SSMSessionRunAs` tag names; empty without one. */
  readonly runAsUser: string
  /** The ARN of who started it. */
  readonly ownerArn: string
  readonly parameters: Readonly<Record<string, ParameterValue>>
  /** The document as JSON, its parameters not yet put in; see `readSessionDocument`. */
  readonly documentContent: Members
}

// The content is JSON in a string of JSON: each of its bytes may have become two.
const longestContent = 262_144
const longestMessage = 2 * longestContent + 4096

export function encodeInteractiveShell(shell: InteractiveShell): Uint8Array {
  return writePayload({
    SchemaVersion: 1,
    TaskId: shell.sessionId,
    Topic: 'aws.ssm.startSession',
    Content: shell.content,
  })
}

export function decodeInteractiveShell(payload: Uint8Array): InteractiveShell {
  const members = readPayload(payload, longestMessage)
  return { sessionId: readText(members, 'TaskId', 256), content: readText(members, 'Content', longestContent) }
}

export function encodeSessionContent(content: SessionContent): string {
  return JSON.stringify({
    DocumentName: content.documentName,
    SessionId: content.sessionId,
    RunAsUser: content.runAsUser,
    SessionOwner: content.ownerArn,
    Parameters: content.parameters,
    DocumentContent: content.documentContent,
  })
}

export function decodeSessionContent(text: string): SessionContent {
  const members = readObject(text, longestContent)
  return {
    documentName: readText(members, 'DocumentName', 512),
    sessionId: readText(members, 'SessionId', 256),
    runAsUser: readOptionalText(members, 'RunAsUser', 256),
    ownerArn: readOptionalText(members, 'SessionOwner', 2048),
    parameters: readParameters(members['Parameters'] ?? {}),
    documentContent: asObject(members['DocumentContent'], 'DocumentContent'),
  }
}
