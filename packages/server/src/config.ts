import { readFileSync } from 'node:fs'
import { isIPv4, isIPv6 } from 'node:net'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'

/** An address to listen on: `http://127.0.0.1:7070` or `https://0.0.0.0:7443`; port 0 takes a free one. */
export interface ListenAddress {
  readonly secure: boolean
  /** `proxy://0.0.0.0:7080`: leads to AWS's host names, by TLS, and takes nothing in the clear itself. */
  readonly isProxy?: true
  readonly host: string
  readonly port: number
}

/** What an operator may say; every key is a flag `--data-dir`, an environment variable `FAIRLEAD_DATA_DIR` and a key `data-dir` of fairlead.yaml. */
export interface Config {
  readonly dataDir: string
  readonly listen: readonly ListenAddress[]
  readonly publicUrl: string | undefined
  readonly region: string
  readonly accountId: string
  readonly allowPlaintext: boolean
  /** Whether to answer under AWS's own host names too, by a proxy that leads to nothing else. */
  readonly awsHostnames: boolean
  /** Whether sessions are recorded, and what people type in them too; at most so many bytes of each (64 MiB). */
  readonly recordings: { readonly isOn: boolean; readonly hasInput: boolean; readonly mostBytes?: number }
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** How many connections are served at a time: one for each agent, and some for each session and caller. */
  readonly maxConnections: number
  /** How many invocations may wait for their nodes in all; a command that would exceed it is not run (RateExceeded). */
  readonly maxPendingInvocations: number
  /** Days after which ended commands and sessions, outputs and the audit are dropped. */
  readonly historyDays: number
  /** Base64 of 32 bytes; replaces DIR/master.key. Environment only, so that it is in no process list. */
  readonly masterKey: string | undefined
}

/** Something in the configuration that cannot be: said to the operator, without a stack. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const options = {
  'data-dir': { type: 'string' },
  listen: { type: 'string', multiple: true },
  'public-url': { type: 'string' },
  region: { type: 'string' },
  'account-id': { type: 'string' },
  'allow-plaintext': { type: 'boolean' },
  'aws-hostnames': { type: 'boolean' },
  recordings: { type: 'string' },
  'record-input': { type: 'boolean' },
  'log-level': { type: 'string' },
  'max-connections': { type: 'string' },
  'max-pending-invocations': { type: 'string' },
  'history-days': { type: 'string' },
  config: { type: 'string' },
} as const

type Key = keyof typeof options

/** Flags and the environment are text, the file may hold numbers. */
function wholeNumber(least: number, most: number) {
  return z.coerce.number(`a whole number from ${least} to ${most}`).int().min(least).max(most)
}

const schema = z.strictObject({
  'data-dir': z.string().min(1).default('./fairlead-data'),
  listen: z.array(z.string()).min(1).max(16).default(['http://127.0.0.1:7070', 'https://127.0.0.1:7443']),
  'public-url': z.url({ protocol: /^https?$/ }).optional(),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,100}$/, 'letters, digits and dashes')
    .default('us-east-1'),
  'account-id': z
    .string()
    .regex(/^\d{12}$/, 'twelve digits')
    .default('123456789012'),
  'allow-plaintext': z.boolean().default(false),
  'aws-hostnames': z.boolean().default(false),
  // YAML's on and off are texts here, and its true and false are not.
  recordings: z.enum(['on', 'off'], 'on or off').default('on'),
  'record-input': z.boolean().default(false),
  'log-level': z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  'max-connections': wholeNumber(16, 1_000_000).default(20_000),
  'max-pending-invocations': wholeNumber(1, 10_000_000).default(1_000_000),
  'history-days': wholeNumber(1, 36_500).default(30),
})

/**
 * Reads flags, then the environment, then fairlead.yaml: the first that names a key wins.
 * Throws ConfigError with what is wrong and where it was said.
 */
export function readConfig(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Config {
  const flags = readFlags(args)
  const file = readFile(flags.config ?? environment['FAIRLEAD_CONFIG'], environment)
  const said: Record<string, unknown> = {}
  for (const key of Object.keys(options) as Key[]) {
    if (key === 'config') continue
    const value = flags[key] ?? fromEnvironment(key, environment) ?? file[key]
    if (value !== undefined) said[key] = value
  }
  for (const key of Object.keys(file)) if (!(key in options)) said[key] = file[key]

  const checked = schema.safeParse(said)
  if (!checked.success) {
    throw new ConfigError(checked.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n'))
  }
  const config = checked.data
  const listen = config.listen.map(parseListen)
  for (const address of listen) {
    if (address.isProxy) {
      if (config['aws-hostnames']) continue
      throw new ConfigError('--listen proxy://… leads to AWS’s host names: say --aws-hostnames as well.')
    }
    if (!address.secure && !isLoopback(address.host) && !config['allow-plaintext']) {
      throw new ConfigError(
        `--listen http://${address.host}:${address.port} would send credentials in the clear. ` +
          'Use https:// there, or say --allow-plaintext when something in front of Fairlead speaks TLS.',
      )
    }
  }
  return {
    dataDir: resolve(config['data-dir']),
    listen,
    publicUrl: config['public-url'],
    region: config.region,
    accountId: config['account-id'],
    allowPlaintext: config['allow-plaintext'],
    awsHostnames: config['aws-hostnames'],
    recordings: { isOn: config.recordings === 'on', hasInput: config['record-input'] },
    logLevel: config['log-level'],
    maxConnections: config['max-connections'],
    maxPendingInvocations: config['max-pending-invocations'],
    historyDays: config['history-days'],
    masterKey: environment['FAIRLEAD_MASTER_KEY'],
  }
}

function readFlags(args: readonly string[]): { [K in Key]?: string | boolean | string[] } & { config?: string } {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)}\nTry: fairlead server --help`, {
      cause: error,
    })
  }
}

function fromEnvironment(key: Key, environment: Readonly<Record<string, string | undefined>>): unknown {
  const value = environment[`FAIRLEAD_${key.replaceAll('-', '_').toUpperCase()}`]
  if (value === undefined || value === '') return undefined
  if (key === 'listen') return value.split(/[\s,]+/).filter((part) => part !== '')
  if (options[key].type === 'boolean') return value === 'true' || value === '1'
  return value
}

function readFile(
  named: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const path = named ?? join(environment['PWD'] ?? '.', 'fairlead.yaml')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (named === undefined) return {}
    throw new ConfigError(`The configuration file ${path} cannot be read.`, { cause: error })
  }
  try {
    const value: unknown = parseYaml(text, { maxAliasCount: 10 })
    if (value === null) return {}
    if (typeof value !== 'object' || Array.isArray(value)) throw new ConfigError(`${path} must hold keys and values.`)
    return value as Record<string, unknown>
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(`${path} is not YAML: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function parseListen(text: string): ListenAddress {
  let url: URL
  try {
    url = new URL(text)
  } catch (error) {
    throw new ConfigError(`--listen ${text}: write it as http://HOST:PORT or https://HOST:PORT.`, { cause: error })
  }
  const isProxy = url.protocol === 'proxy:' && url.port !== ''
  const isKnown = isProxy || url.protocol === 'http:' || url.protocol === 'https:'
  if (
    !isKnown ||
    !['', '/'].includes(url.pathname) ||
    url.search !== '' ||
    url.username !== '' ||
    url.hostname === ''
  ) {
    throw new ConfigError(`--listen ${text}: write it as http://HOST:PORT or https://HOST:PORT.`)
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isProxy) return { secure: false, isProxy, host, port: Number(url.port) }
  const secure = url.protocol === 'https:'
  const port = url.port === '' ? (/:\d+\/?$/.test(text) ? (secure ? 443 : 80) : secure ? 7443 : 7070) : Number(url.port)
  return { secure, host, port }
}

export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.')
  if (isIPv6(host)) return host === '::1'
  return host === 'localhost'
}
