import { ApiClient } from '../api/api-client.ts'
import { proxyAgent } from '../api/proxy-agent.ts'
import { serverClient, serverEndpoint } from '../api/server-client.ts'
import { findRunningServer } from '../installation/running-server.ts'
import type { Surroundings } from '../surroundings.ts'
import { kmsEndpoint } from './encryption/kms-endpoint.ts'
import { findCredentials } from './find-credentials.ts'
import { certificateAuthorityOf } from './session-api.ts'

/** The API that sessions are started with, and whom to believe on their data channels. */
export interface SessionServer {
  readonly certificateAuthority: string | undefined
  client(): Promise<ApiClient>
  kmsClient(): Promise<ApiClient>
}

/**
 * The server that the environment names as it does for AWS's tools, with their credentials; else that of this machine, with
 * its root key. A data directory that is named wins. Throws CliError.
 */
export function sessionServer(dataDir: string | undefined, surroundings: Surroundings): SessionServer {
  const { environment, now } = surroundings
  const url = environment['AWS_ENDPOINT_URL_SSM'] || environment['AWS_ENDPOINT_URL']
  if (dataDir === undefined && url) {
    const certificateAuthority = certificateAuthorityOf(environment)
    const region = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || 'us-east-1'
    const clientAt = (url: string) => async () => {
      const credentials = await findCredentials('', environment)
      const agent = proxyAgent(url, environment, certificateAuthority)
      return new ApiClient({ endpoint: { url, certificateAuthority, agent }, region, credentials, now })
    }
    const kmsClient = clientAt(kmsEndpoint(url, region, environment))
    return { certificateAuthority, client: clientAt(url), kmsClient }
  }
  const server = findRunningServer(dataDir, surroundings)
  const client = serverClient(server, now)
  const { certificateAuthority } = serverEndpoint(server)
  return { certificateAuthority, client: async () => client, kmsClient: async () => client }
}
