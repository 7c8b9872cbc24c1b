import { CliError } from '../cli-error.ts'
import type { StartedSession } from './session-world.ts'

/** What the AWS CLI wants of its plugin. */
export interface PluginCall {
  readonly session: StartedSession
  readonly region: string
  /** Empty for the credentials of the environment. */
  readonly profile: string
  /** The node, as StartSession was asked for it; empty from CLIs that do not say. */
  readonly targetId: string
  /** Where the CLI called StartSession; ResumeSession and TerminateSession go there too. */
  readonly endpoint: string
}

const variable = 'AWS_SSM_START_SESSION_RESPONSE'

/**
 * Reads the arguments and the environment as the AWS CLI gives them to Amazon's plugin: the answer of StartSession, or the
 * name of the variable that holds it; region; `StartSession`; profile; the request of StartSession; endpoint. Older CLIs stop
 * after the third. Throws CliError.
 */
export function readPluginCall(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): PluginCall {
  const [answer = '', region = '', operation, profile = '', request = '', endpoint = ''] = args
  if (operation !== 'StartSession') throw new CliError('Invalid Operation')
  const text = answer.startsWith(variable) ? (environment[answer] ?? '') : answer
  return {
    session: readSession(text),
    region,
    profile,
    targetId: readTarget(request),
    endpoint: endpoint === '' ? `https://ssm.${region}.amazonaws.com` : endpoint,
  }
}

function readTarget(request: string): string {
  try {
    const { Target } = Object(JSON.parse(request)) as Readonly<Record<string, unknown>>
    return typeof Target === 'string' ? Target : ''
  } catch {
    // Only encrypted sessions need it, and they say that it is missing.
    return ''
  }
}

function readSession(text: string): StartedSession {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch (cause) {
    throw new CliError('The answer of StartSession that came with the call is no JSON.', { cause })
  }
  const { SessionId, TokenValue, StreamUrl } = Object(answer) as Readonly<Record<string, unknown>>
  if (typeof SessionId !== 'string' || typeof TokenValue !== 'string' || typeof StreamUrl !== 'string') {
    throw new CliError('The answer of StartSession that came with the call lacks SessionId, TokenValue or StreamUrl.')
  }
  return { sessionId: SessionId, token: TokenValue, streamUrl: StreamUrl }
}
