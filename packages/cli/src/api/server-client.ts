import { readFileSync } from 'node:fs'
import { readCredentials } from '../installation/credentials-file.ts'
import type { RunningServer } from '../installation/running-server.ts'
import { ApiClient } from './api-client.ts'
import type { Endpoint } from './exchange.ts'

/** A client with the root key of a server of this machine. Throws CliError when the key may not be read. */
export function serverClient(
  server: Pick<RunningServer, 'url' | 'region' | 'caFile' | 'credentialsFile'>,
  now: () => Date,
): ApiClient {
  const credentials = readCredentials(server.credentialsFile)
  return new ApiClient({ endpoint: serverEndpoint(server), region: server.region, credentials, now })
}

export function serverEndpoint({ url, caFile }: Pick<RunningServer, 'url' | 'caFile'>): Endpoint {
  const isSecure = url.startsWith('https:') && caFile !== undefined
  return { url, certificateAuthority: isSecure ? readFileSync(caFile, 'utf8') : undefined }
}
