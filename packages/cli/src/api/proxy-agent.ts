import type { Agent } from 'node:https'
import { isIPv4 } from 'node:net'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Connections to `url` through the proxy that HTTPS_PROXY names, as AWS's tools make them; undefined where none is to be used:
 * in the clear, on this machine, and where NO_PROXY says so. Some certificates may be believed in place of the well-known ones.
 */
export function proxyAgent(
  url: string,
  environment: Environment,
  certificateAuthority: string | undefined,
): Agent | undefined {
  const proxy = environment['HTTPS_PROXY'] || environment['https_proxy']
  const { protocol, hostname } = new URL(url)
  if (!proxy || !/^(?:https|wss):$/.test(protocol) || isThisMachine(hostname)) return undefined
  const noProxy = environment['NO_PROXY'] || environment['no_proxy']
  const https = process.getBuiltinModule('node:https')
  return new https.Agent({
    proxyEnv: { HTTPS_PROXY: proxy, ...(noProxy ? { NO_PROXY: noProxy } : {}) },
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
  })
}

/** As Go's programs see it, Amazon's plugin among them. */
function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
}
