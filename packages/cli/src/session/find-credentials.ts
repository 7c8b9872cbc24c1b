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
    const what = `There are no credentials for the profile ${profile}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.`
    throw new CliError(what, { cause: readable(cause) })
  }
}

/** Of the AWS CLI that was asked. One that does not know the question answers with all that it knows. */
function readable(cause: unknown): unknown {
  const { code, stderr } = Object(cause) as { readonly code?: unknown; readonly stderr?: unknown }
  if (code === 'ENOENT') return new Error('The AWS CLI, which would know of more, is not installed.')
  if (typeof stderr !== 'string') return cause
  if (/invalid choice/i.test(stderr)) return new Error('The AWS CLI that is installed cannot be asked: version 2 can.')
  return stderr.trim() === '' ? cause : new Error(stderr.trim().slice(0, 500))
}
