import { parseArgs } from 'node:util'
import type { Activation } from './identity/registration.ts'
import { type LogLevel, logLevels } from './log.ts'

export interface AgentConfig {
  readonly endpoint: URL
  readonly region: string
  readonly stateDirectory: string
  readonly activation: Activation | undefined
  readonly caFile: string | undefined
  readonly logLevel: LogLevel
  /** So many commands at a time, and as many more waiting. */
  readonly commandWorkers: number
  /** What is kept of each output stream of a step. */
  readonly outputLimitBytes: number
  /** Whether what is seen of encrypted sessions is written down on the node. */
  readonly keepsSessionLogs: boolean
  /** Program and arguments that restart the node (exit code 194). */
  readonly rebootCommand: readonly string[]
  /** Where a script runs that names no folder. */
  readonly workingDirectory: string
  /** The variables that scripts inherit, and that name proxies. */
  readonly environment: Readonly<Record<string, string>>
  readonly downloads: DownloadOptions
  readonly timings: Timings
}

export interface Timings {
  readonly pingEveryMs: number
  readonly healthEveryMs: number
  readonly reconnectCapMs: number
  readonly resendAfterMs: number
  /** How long a step's script and output are kept. */
  readonly keepOutputMs: number
  /** How long it is remembered that a command was here. */
  readonly keepMarksMs: number
  /** How long the log of a session is kept. */
  readonly keepSessionLogsMs: number
  /** How long another version of the agent may take to connect, when it is tried. */
  readonly updateTrialMs: number
}

/** What aws:downloadContent may do. */
export interface DownloadOptions {
  /** In place of AWS's own S3. */
  readonly s3Endpoint: URL | undefined
  /** Where GitHub's API is; without one it is not asked. */
  readonly githubApi: URL | undefined
  /** The most that one step downloads. */
  readonly limitBytes: number
}

const dayMs = 24 * 60 * 60 * 1000

export const usualTimings: Timings = {
  pingEveryMs: 30_000,
  healthEveryMs: 5 * 60_000,
  // The arithmetic is at `backoffMs`.
  reconnectCapMs: 20_000,
  resendAfterMs: 5_000,
  keepOutputMs: 14 * dayMs,
  // A command can be asked for, and so delivered again, for 30 days.
  keepMarksMs: 32 * dayMs,
  // As long as the server keeps recordings, unless it is told otherwise.
  keepSessionLogsMs: 30 * dayMs,
  updateTrialMs: 60_000,
}

/** The command line or the environment is not what it should be; the text says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const options = {
  endpoint: { type: 'string' },
  region: { type: 'string' },
  'activation-id': { type: 'string' },
  'activation-code': { type: 'string' },
  'state-dir': { type: 'string' },
  ca: { type: 'string' },
  'log-level': { type: 'string' },
  'command-workers': { type: 'string' },
  'output-limit': { type: 'string' },
  'session-logs': { type: 'string' },
  'reboot-command': { type: 'string' },
  's3-endpoint': { type: 'string' },
  'github-api': { type: 'string' },
  'download-limit': { type: 'string' },
  'update-trial': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

export const helpText = `fairlead agent: makes this machine a managed node

  First start, with what aws ssm create-activation printed:
    fairlead agent --endpoint https://fairlead.example:7443 --region us-east-1 --ca ca.pem \\
        --state-dir /var/lib/fairlead-agent --activation-id ID --activation-code CODE

  Any later start (the registration is kept in the state directory):
    fairlead agent --endpoint https://fairlead.example:7443 --state-dir /var/lib/fairlead-agent --ca ca.pem

  --endpoint URL          the control plane, http:// or https://
  --state-dir DIR         keys, commands and their output; only this agent may use it
  --activation-id ID, --activation-code CODE
                          registers the machine, when it is not registered yet
  --region REGION         us-east-1; a registered machine stays in its region
  --ca FILE               certificate of a private authority (PEM); NODE_EXTRA_CA_CERTS works too
  --log-level LEVEL       debug, info, warn or error; info
  --command-workers N     commands at a time, and as many more waiting; 5
  --output-limit BYTES    kept of each output stream of a step; 25165824
  --session-logs on|off   what shells under a KMS key show is kept in session-logs of the state
                          directory for 30 days: nobody else can read it; on
  --reboot-command TEXT   run when a script exits with 194; shutdown -r +1
  --s3-endpoint URL       the S3 that aws:downloadContent asks in place of AWS's own (AWS_ENDPOINT_URL_S3),
                          with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or unsigned
  --github-api URL        asked for downloads of type GitHub, such as https://api.github.com; nobody
  --download-limit BYTES  the most that a step downloads; 5368709120
  --update-trial SECONDS  how long another version of the agent, fetched by AWS-UpdateSSMAgent, may take
                          to connect before this one runs on; 60

Every option is also a variable: --state-dir is FAIRLEAD_STATE_DIR. The options win.
Commands that run go on when the agent is stopped or killed, and are reported when it is back.
`

/** Reads the command line and the environment. Undefined when help was asked for. Throws UsageError. */
export function readConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): AgentConfig | undefined {
  const flags = parseFlags(args)
  if (flags.help === true) return undefined
  const read = (name: Exclude<keyof typeof options, 'help'>): string | undefined =>
    (flags[name] ?? environment[`FAIRLEAD_${name.toUpperCase().replaceAll('-', '_')}`]) || undefined

  const id = read('activation-id')
  const code = read('activation-code')
  if ((id === undefined) !== (code === undefined)) {
    throw new UsageError(
      '--activation-id and --activation-code go together: both are printed by aws ssm create-activation.',
    )
  }
  return {
    endpoint: readEndpoint(read('endpoint')),
    region: read('region') ?? 'us-east-1',
    stateDirectory: required(
      read('state-dir'),
      'Say where to keep keys and results: --state-dir /var/lib/fairlead-agent',
    ),
    activation: id !== undefined && code !== undefined ? { id, code } : undefined,
    caFile: read('ca'),
    logLevel: readLevel(read('log-level') ?? 'info'),
    commandWorkers: readCount('command-workers', read('command-workers') ?? '5', 1000),
    outputLimitBytes: readCount('output-limit', read('output-limit') ?? String(24 * 1024 * 1024), 2 ** 40),
    keepsSessionLogs: readSwitch('session-logs', read('session-logs') ?? 'on'),
    rebootCommand: (read('reboot-command') ?? 'shutdown -r +1').split(' ').filter((word) => word !== ''),
    workingDirectory: '/',
    environment: inherited(environment),
    downloads: {
      s3Endpoint: readUrlIfGiven(
        's3-endpoint',
        read('s3-endpoint') ?? (environment['AWS_ENDPOINT_URL_S3'] || undefined),
      ),
      githubApi: readUrlIfGiven('github-api', read('github-api')),
      limitBytes: readCount('download-limit', read('download-limit') ?? String(5 * 2 ** 30), 2 ** 50),
    },
    timings: {
      ...usualTimings,
      updateTrialMs: readCount('update-trial', read('update-trial') ?? '60', 3600) * 1000,
    },
  }
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values
  } catch (cause) {
    throw new UsageError(
      `${cause instanceof Error ? cause.message : String(cause)} (fairlead agent --help shows what there is)`,
    )
  }
}

function required(value: string | undefined, otherwise: string): string {
  if (value === undefined) throw new UsageError(otherwise)
  return value
}

function readEndpoint(text: string | undefined): URL {
  const given = required(text, 'Say where the control plane is: --endpoint https://fairlead.example:7443')
  return readUrl('endpoint', given)
}

function readUrlIfGiven(name: string, given: string | undefined): URL | undefined {
  return given === undefined ? undefined : readUrl(name, given)
}

function readUrl(name: string, given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`--${name} ${given} is not a URL of http:// or https://`)
  }
  return url
}

function readLevel(text: string): LogLevel {
  const level = logLevels.find((one) => one === text)
  if (level === undefined) throw new UsageError(`--log-level ${text} is none of ${logLevels.join(', ')}`)
  return level
}

function readCount(name: string, text: string, most: number): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : 0
  if (count < 1 || count > most) throw new UsageError(`--${name} ${text} is not a number from 1 to ${most}`)
  return count
}

function readSwitch(name: string, text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new UsageError(`--${name} ${text} is neither on nor off`)
  return text === 'on'
}

// The agent's own settings hold the activation code, which is no business of scripts.
function inherited(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || name.startsWith('FAIRLEAD_') ? [] : [[name, value]],
    ),
  )
}
