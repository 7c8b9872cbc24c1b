import {
  asObject,
  type Members,
  MessageError,
  readChoice,
  readOptionalText,
  readSwitch,
  readText,
} from './message-members.ts'

export const sessionTypes = ['Standard_Stream', 'InteractiveCommands', 'NonInteractiveCommands', 'Port'] as const
export type SessionType = (typeof sessionTypes)[number]

/** A document of type Session, as a node reads it. */
export interface SessionDocument {
  readonly sessionType: SessionType
  /** The declarations of its parameters. */
  readonly parameters: Members
  /** What the session type asks for: commands by platform, a port; with `{{ name }}` where parameters go. */
  readonly properties: Members
  readonly inputs: SessionInputs
}

/** The preferences that concern a node. Idle and longest duration are the server's. */
export interface SessionInputs {
  readonly s3BucketName: string
  readonly s3KeyPrefix: string
  readonly s3EncryptionEnabled: boolean
  readonly cloudWatchLogGroupName: string
  readonly cloudWatchEncryptionEnabled: boolean
  readonly cloudWatchStreamingEnabled: boolean
  readonly kmsKeyId: string
  readonly runAsEnabled: boolean
  readonly runAsDefaultUser: string
  /** Typed into the shell as its first line. */
  readonly shellProfile: { readonly linux: string; readonly windows: string }
}

/**
 * Reads the content of a session document. Amazon's agent is mute about one that it can't read, so whoever sends it reads it
 * first. Throws MessageError.
 */
export function readSessionDocument(document: Members): SessionDocument {
  if (readText(document, 'schemaVersion', 16) !== '1.0') throw new MessageError('schemaVersion must be 1.0')
  return {
    sessionType: readChoice(document, 'sessionType', sessionTypes),
    parameters: asObject(document['parameters'] ?? {}, 'parameters'),
    properties: asObject(document['properties'] ?? {}, 'properties'),
    inputs: readInputs(asObject(document['inputs'] ?? {}, 'inputs')),
  }
}

function readInputs(inputs: Members): SessionInputs {
  // The one switch that the agent takes as a boolean only.
  const streaming = inputs['cloudWatchStreamingEnabled'] ?? false
  if (typeof streaming !== 'boolean') throw new MessageError('cloudWatchStreamingEnabled must be a boolean')
  const profile = asObject(inputs['shellProfile'] ?? {}, 'shellProfile')
  return {
    s3BucketName: readOptionalText(inputs, 's3BucketName', 63),
    s3KeyPrefix: readOptionalText(inputs, 's3KeyPrefix', 1024),
    s3EncryptionEnabled: readSwitch(inputs, 's3EncryptionEnabled'),
    cloudWatchLogGroupName: readOptionalText(inputs, 'cloudWatchLogGroupName', 512),
    cloudWatchEncryptionEnabled: readSwitch(inputs, 'cloudWatchEncryptionEnabled'),
    cloudWatchStreamingEnabled: streaming,
    kmsKeyId: readOptionalText(inputs, 'kmsKeyId', 2048),
    runAsEnabled: readSwitch(inputs, 'runAsEnabled'),
    runAsDefaultUser: readOptionalText(inputs, 'runAsDefaultUser', 256),
    shellProfile: {
      linux: readOptionalText(profile, 'linux', 16_384),
      windows: readOptionalText(profile, 'windows', 16_384),
    },
  }
}
