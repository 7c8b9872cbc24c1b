import type { DocumentParameter } from './document.ts'
import type { PlatformType } from './managed-node.ts'
import type { SessionType } from './session.ts'

/** The preferences of a session (user guide, "Session document schema"). Texts that were left out are empty. */
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
  /** Minutes, 1 to 60. */
  readonly idleSessionTimeout: string
  /** Minutes, 1 to 1440. */
  readonly maxSessionDuration: string
  readonly shellProfile: { readonly windows: string; readonly linux: string }
}

/** What a session is about: a port, or a command for each platform. Still with placeholders until it is resolved. */
export type SessionProperties = Readonly<Record<string, unknown>>

/** A document of type Session, schema 1.0. */
export interface SessionContent {
  readonly schemaVersion: '1.0'
  readonly description: string
  readonly sessionType: SessionType
  readonly parameters: Readonly<Record<string, DocumentParameter>>
  readonly properties?: SessionProperties | undefined
  readonly inputs?: SessionInputs | undefined
}

/** One that every account has. `content` is as its author would write it. */
export interface OwnedSessionDocument {
  readonly name: string
  readonly type: 'Session'
  readonly platformTypes: readonly PlatformType[]
  readonly content: {
    readonly schemaVersion: '1.0'
    readonly description: string
    readonly sessionType: SessionType
    readonly parameters: Readonly<Record<string, DocumentParameter>>
    readonly properties: SessionProperties
  }
}

/** The document that holds a region's preferences; what sessions use when they name no document. */
export const preferencesName = 'SSM-SessionManagerRunShell'

/** As the console writes it when Session Manager is set up for the first time, with nothing switched on. */
export const firstPreferences = {
  schemaVersion: '1.0',
  description: 'Document to hold regional settings for Session Manager',
  sessionType: 'Standard_Stream',
  inputs: {
    s3BucketName: '',
    s3KeyPrefix: '',
    s3EncryptionEnabled: true,
    cloudWatchLogGroupName: '',
    cloudWatchEncryptionEnabled: true,
    cloudWatchStreamingEnabled: true,
    kmsKeyId: '',
    runAsEnabled: false,
    runAsDefaultUser: '',
    idleSessionTimeout: '20',
    maxSessionDuration: '',
    shellProfile: { windows: '', linux: '' },
  },
}

/** Sessions run on any platform; documents of type Session name all of them. */
export const sessionPlatforms: readonly PlatformType[] = ['Windows', 'Linux', 'MacOS']
