import { readFileSync } from 'node:fs'
import { CliError } from '../cli-error.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
}

/** One profile of an AWS shared-credentials file. Throws CliError when the file or the keys are not there. */
export function readCredentials(path: string, profile = 'default'): Credentials {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CliError(`The access key in ${path} cannot be read. Only the user that the server runs as may.`, {
      cause,
    })
  }
  const settings = parseProfile(text, profile)
  const accessKeyId = settings.get('aws_access_key_id')
  const secretAccessKey = settings.get('aws_secret_access_key')
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new CliError(`${path} has no access key in its profile [${profile}].`)
  }
  return { accessKeyId, secretAccessKey, sessionToken: settings.get('aws_session_token') }
}

/** The settings of a profile by their lower-case names, as AWS's tools read them: `#` and `;` begin comments. */
export function parseProfile(text: string, profile: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>()
  let current: string | undefined
  for (const untrimmed of text.split('\n')) {
    const line = untrimmed.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    if (line.startsWith('[') && line.endsWith(']')) current = line.slice(1, -1).trim()
    const equals = line.indexOf('=')
    if (current !== profile || equals <= 0 || line.startsWith('[')) continue
    settings.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim())
  }
  return settings
}
