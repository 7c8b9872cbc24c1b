import {
  MessageError,
  readSessionDocument,
  type SessionContent,
  type SessionDocument,
} from '@fairlead/wire/session-message'
import { substitute, withDefaults } from '../commands/parameters/substitute.ts'
import { isObject } from '../disk/read-text.ts'

/** A session as it was ordered: what its process needs to know. */
export interface SessionOrder {
  readonly sessionId: string
  readonly nodeId: string
  readonly region: string
  readonly endpoint: string
  readonly caFile: string | undefined
  /** The content of the interactive_shell, as it came. */
  readonly content: string
  /** The boot of the node in which it was ordered. */
  readonly boot: string
  /** The message id of the agent_task_complete to come, the same however often it is sent. */
  readonly taskMessageId: string
  readonly pingEveryMs: number
  readonly reconnectCapMs: number
  /** Whether the node keeps logs of encrypted sessions; orders of earlier agents do not say. */
  readonly keepsLogs?: boolean
}

/** A document with its parameters put in. */
export interface PlannedSession extends SessionDocument {
  readonly runAsUser: string
}

/** The folder of a session is named after it. */
export function isSessionId(text: string): boolean {
  return /^[A-Za-z0-9._=@,+-]{1,256}$/.test(text) && text !== '.' && text !== '..'
}

/** Throws MessageError when the document cannot be worked out, or asks for what this agent does not do. */
export function planSession(content: SessionContent, keepsLogs = false): PlannedSession {
  const document = readSessionDocument(content.documentContent)
  const values = withDefaults(document.parameters, content.parameters)
  const properties = substitute(document.properties, values)
  if (!isObject(properties)) throw new MessageError('properties must be an object')
  refuseUnserved(document, keepsLogs)
  return { ...document, properties, runAsUser: content.runAsUser }
}

/** Whether the node writes the only log that there can be of it. */
export function isLogged({ inputs, sessionType }: SessionDocument, keepsLogs: boolean): boolean {
  return keepsLogs && inputs.kmsKeyId !== '' && sessionType !== 'Port'
}

/** Whether its document names a place for logs: then it does not go without one. */
export function wantsLog({ inputs }: SessionDocument): boolean {
  return inputs.s3BucketName !== '' || inputs.cloudWatchLogGroupName !== ''
}

// A session that was to be logged or encrypted must not run without it.
function refuseUnserved(document: SessionDocument, keepsLogs: boolean): void {
  if (document.sessionType === 'Port' && document.inputs.kmsKeyId !== '') {
    throw new MessageError(
      'The session document asks for encryption of a port with a KMS key, which is not served yet.',
    )
  }
  if (wantsLog(document) && !isLogged(document, keepsLogs)) {
    throw new MessageError('The session document asks for a log, and this node keeps none of such a session.')
  }
}
