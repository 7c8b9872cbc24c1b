import { delimiter, relative } from 'node:path'
import { CliError } from '../cli-error.ts'
import { findRunningServer, type RunningServer } from '../installation/running-server.ts'
import { binFolder } from '../repository.ts'
import type { Surroundings } from '../surroundings.ts'
import { shellQuote } from './shell-quote.ts'

export interface EnvOptions {
  readonly dataDir?: string
  /** Whether AWS's tools are to reach the server under AWS's own host names; as the server runs, unless it is said. */
  readonly awsHostnames?: boolean
  /** An object in place of lines: what to set, and with null what to unset. */
  readonly json?: boolean
}

/** `fairlead env`: what a shell must know for AWS's tools to speak with the server of this machine. Throws CliError. */
export function envCommand(options: EnvOptions, surroundings: Surroundings): void {
  const server = findRunningServer(options.dataDir, surroundings)
  const byProxy = options.awsHostnames ?? server.awsHostnames
  if (byProxy && !server.awsHostnames) {
    throw new CliError(
      `The server of ${server.dataDir} does not answer under AWS’s host names. Start it with --aws-hostnames.`,
    )
  }
  const path = surroundings.environment['PATH'] ?? ''
  const { set, unset } = variablesOf({ ...server, awsHostnames: byProxy })
  if (options.json) {
    const all = { ...set, ...Object.fromEntries(unset.map((name) => [name, null])), ...pathWithPrograms(path) }
    surroundings.stdout.write(`${JSON.stringify(all, undefined, 2)}\n`)
    return
  }
  surroundings.stdout.write(shellLines(set, unset, path))
  if (surroundings.stdout.isTTY === true) {
    const self = relative(surroundings.workingDirectory, `${binFolder}/fairlead`)
    const named = options.dataDir === undefined ? '' : ` --data-dir ${shellQuote(options.dataDir)}`
    surroundings.stdout.write(`# To have this in your shell:  eval "$(${shellQuote(self)} env${named})"\n`)
    if (byProxy)
      surroundings.stdout.write(
        '# Every https:// of that shell but those of AWS that Fairlead serves will be refused.\n',
      )
  }
}

/** They win over keys and endpoints that a shell has from elsewhere. */
function variablesOf(server: RunningServer) {
  const { credentialsFile, region, awsHostnames } = server
  const set: Readonly<Record<string, string>> = {
    ...(awsHostnames ? proxied(server) : direct(server)),
    AWS_SHARED_CREDENTIALS_FILE: credentialsFile,
    AWS_PROFILE: 'default',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  }
  // AWS's tools would believe these before the credentials file, and before the endpoint or the proxy.
  const unset = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  ]
  const endpoints = ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SSM', 'AWS_ENDPOINT_URL_KMS', 'https_proxy', 'no_proxy']
  return { set, unset: [...unset, ...(awsHostnames ? endpoints : [])] }
}

function hasPrograms(path: string): boolean {
  return path.split(delimiter).includes(binFolder)
}

function pathWithPrograms(path: string): { readonly PATH?: string } {
  return hasPrograms(path) ? {} : { PATH: path === '' ? binFolder : `${binFolder}${delimiter}${path}` }
}

/** Lines for `eval` in a POSIX shell. */
function shellLines(set: Readonly<Record<string, string>>, unset: readonly string[], path: string): string {
  const lines = Object.entries(set).map(([name, value]) => `export ${name}=${shellQuote(value)}`)
  lines.push(`unset ${unset.join(' ')}`)
  if (!hasPrograms(path)) lines.push(`export PATH=${shellQuote(binFolder)}${delimiter}"$PATH"`)
  return `${lines.join('\n')}\n`
}

function direct({ url, caFile }: RunningServer): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    ...(url.startsWith('https:') && caFile !== undefined ? { AWS_CA_BUNDLE: caFile } : {}),
  }
}

/**
 * AWS_CA_BUNDLE is for the AWS CLI and SDKs, SSL_CERT_FILE for the streams of Amazon's plugin, which take no proxy that is
 * itself spoken to by https. Throws CliError when there is no other.
 */
function proxied({ urls, proxyUrls, dataDir, caFile = '' }: RunningServer): Readonly<Record<string, string>> {
  const url = [...urls, ...proxyUrls].find((one) => one.startsWith('http://'))
  if (url === undefined) {
    throw new CliError(
      `The server of ${dataDir} is no proxy that AWS's tools can use. Start it with --listen proxy://127.0.0.1:7080 as well.`,
    )
  }
  return { HTTPS_PROXY: url, NO_PROXY: 'localhost,127.0.0.1,::1', AWS_CA_BUNDLE: caFile, SSL_CERT_FILE: caFile }
}
