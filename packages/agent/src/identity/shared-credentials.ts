import { join } from 'node:path'
import { type RoleCredentials, roleSigner } from '../api/control-plane.ts'
import { readText } from '../disk/read-text.ts'
import type { KeySource } from './key-source.ts'

/** The file in which the role's keys are left for scripts and for sessions. */
export function credentialsFile(stateDirectory: string): string {
  return join(stateDirectory, 'credentials')
}

/** The text of a file that AWS's tools read. */
export function writeSharedCredentials(credentials: Omit<RoleCredentials, 'expiresAt'>): string {
  return [
    '[default]',
    `aws_access_key_id = ${credentials.accessKeyId}`,
    `aws_secret_access_key = ${credentials.secretAccessKey}`,
    `aws_session_token = ${credentials.sessionToken}`,
    '',
  ].join('\n')
}

/**
 * The keys that the agent leaves in its file, read again for each use: only the agent asks for new ones, and when it is not
 * there the old ones serve until they expire.
 */
export function keysOfFile(stateDirectory: string): KeySource {
  return {
    async signer() {
      const path = credentialsFile(stateDirectory)
      const text = readText(path) ?? ''
      const value = (name: string) => new RegExp(`^${name} = (.+)$`, 'm').exec(text)?.[1]
      const accessKeyId = value('aws_access_key_id')
      const secretAccessKey = value('aws_secret_access_key')
      const sessionToken = value('aws_session_token')
      if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) {
        throw new Error(`There are no keys in ${path}.`)
      }
      return roleSigner({ accessKeyId, secretAccessKey, sessionToken, expiresAt: 0 })
    },
    forget: () => undefined,
  }
}
