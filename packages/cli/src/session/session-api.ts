import { readFileSync } from 'node:fs'
import type { ApiClient } from '../api/api-client.ts'
import { CliError } from '../cli-error.ts'
import type { SessionWorld, StartedSession } from './session-world.ts'

type SessionCalls = Pick<SessionWorld, 'resume' | 'terminate'>

const terminateMs = 3_000

/** ResumeSession and TerminateSession. `client` is asked for each time anew, since credentials expire in long sessions. */
export function sessionApi(client: () => Promise<ApiClient>): SessionCalls {
  return {
    async resume(sessionId): Promise<StartedSession | undefined> {
      const { TokenValue, StreamUrl } = await (await client()).ssm('ResumeSession', { SessionId: sessionId })
      return TokenValue ? { sessionId, token: TokenValue, streamUrl: StreamUrl ?? '' } : undefined
    },
    async terminate(sessionId) {
      const asked = client().then((api) => api.ssm('TerminateSession', { SessionId: sessionId }))
      let timer: NodeJS.Timeout | undefined
      const limit = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, terminateMs)
      })
      await Promise.race([asked, limit]).finally(() => clearTimeout(timer))
    },
  }
}

/**
 * The authorities that AWS's tools are told to believe: AWS_CA_BUNDLE for the CLI, SSL_CERT_FILE for its plugin. Undefined
 * for the well-known ones. Throws CliError when a file can't be read.
 */
export function certificateAuthorityOf(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const files = [environment['AWS_CA_BUNDLE'], environment['SSL_CERT_FILE']].filter((file) => file !== undefined)
  const texts = [...new Set(files)].filter((file) => file !== '').map(readCertificates)
  return texts.length === 0 ? undefined : texts.join('\n')
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new CliError(`The certificates in ${file} cannot be read.`, { cause })
  }
}
