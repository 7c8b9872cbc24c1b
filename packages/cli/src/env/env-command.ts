import { delimiter, relative } from 'node:path'
import { findRunningServer, type RunningServer } from '../installation/running-server.ts'
import { binFolder } from '../repository.ts'
import type { Surroundings } from '../surroundings.ts'
import { shellQuote } from './shell-quote.ts'

/** `fairlead env`: what a shell must know for AWS's tools to speak with the server of this machine. */
export function envCommand(options: { readonly dataDir?: string }, surroundings: Surroundings): void {
  const server = findRunningServer(options.dataDir, surroundings)
  surroundings.stdout.write(shellLines(server, surroundings.environment['PATH'] ?? ''))
  if (surroundings.stdout.isTTY === true) {
    const self = relative(surroundings.workingDirectory, `${binFolder}/fairlead`)
    const named = options.dataDir === undefined ? '' : ` --data-dir ${shellQuote(options.dataDir)}`
    surroundings.stdout.write(`# To have this in your shell:  eval "$(${shellQuote(self)} env${named})"\n`)
  }
}

/** Lines for `eval` in a POSIX shell. They win over keys and endpoints that the shell has from elsewhere. */
export function shellLines(server: RunningServer, path: string): string {
  const exports = {
    AWS_ENDPOINT_URL: server.url,
    AWS_SHARED_CREDENTIALS_FILE: server.credentialsFile,
    AWS_PROFILE: 'default',
    AWS_REGION: server.region,
    AWS_DEFAULT_REGION: server.region,
    ...(server.url.startsWith('https:') && server.caFile !== undefined ? { AWS_CA_BUNDLE: server.caFile } : {}),
  }
  const lines = Object.entries(exports).map(([name, value]) => `export ${name}=${shellQuote(value)}`)
  // AWS's tools would believe these before the credentials file, and before the endpoint.
  lines.push('unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')
  if (!path.split(delimiter).includes(binFolder)) lines.push(`export PATH=${shellQuote(binFolder)}${delimiter}"$PATH"`)
  return `${lines.join('\n')}\n`
}
