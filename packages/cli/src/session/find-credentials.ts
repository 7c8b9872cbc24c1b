import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CliError } from '../cli-error.ts'
import { type Credentials, readCredentials } from '../installation/credentials-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

const limitMs = 30_000

/**
 * The credentials that AWS's tools would use with a profile, or with none when it is empty. Keys in the environment and in
 * the credentials file are read here; for all else (single sign-on, roles, programs) the AWS CLI is asked. Throws CliError.
 */
export async function findCredentials(profile: string, environment: Environment): Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment
  if (profile === '' && accessKeyId && secretAccessKey) {
    return { accessKeyId, secretAccessKey, sessionToken: environment['AWS_SESSION_TOKEN'] || undefined }
  }
  const file =
    environment['AWS_SHARED_CREDENTIALS_FILE'] || join(environment['HOME'] || homedir(), '.aws', 'credentials')
  const named = profile || environment['AWS_PROFILE'] || 'default'
  try {
    return readCredentials(file, named)
  } catch (cause) {
    if (!(cause instanceof CliError)) throw cause
    return askAwsCli(named, environment)
  }
}

async function askAwsCli(profile: string, environment: Environment): Promise<Credentials> {
  const args = ['configure', 'export-credentials', '--format', 'process', '--profile', profile]
  try {
    const { stdout } = await promisify(execFile)('aws', args, { env: { ...environment }, timeout: limitMs })
    const { AccessKeyId, SecretAccessKey, SessionToken } = Object(JSON.parse(stdout)) as Record<string, unknown>
    if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string') throw new Error('it has none')
    const sessionToken = typeof SessionToken === 'string' ? SessionToken : undefined
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken }
  } catch (cause) {
    throw new CliError(`There are no credentials for the profile ${profile}.`, { cause })
  }
}
