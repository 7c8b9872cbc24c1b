import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningServer, startServer } from '@fairlead/server/compose'
import type { Config } from '@fairlead/server/config'
import type { Clock } from '../../server/src/domain/clock.ts'
import type { Log } from '../../server/src/events/log.ts'
import { systemClock } from '../../server/src/system-clock.ts'
import { ApiClient, type Credentials, elementOf } from './api-client.ts'
import { placeMigratedDatabase } from './migrated-database.ts'

/** A policy as one writes it; `allow` and `deny` make statements. */
export interface PolicyText {
  readonly Version: string
  readonly Statement: readonly object[]
}

/** The world of a test. Only what the test is about needs to be said. */
export interface World {
  /** Inline policies of the caller; root calls when there is no word of them. */
  readonly policies?: readonly PolicyText[]
  readonly userName?: string
  readonly clock?: Clock
  readonly dataDir?: string
  /** Its only region, in place of `region`. */
  readonly region?: string
  /** Where the server's log goes; nowhere when there is no word of it. */
  readonly log?: Log
  readonly recordings?: Partial<Config['recordings']>
  readonly secure?: boolean
  readonly awsHostnames?: boolean
  /** Has an address that is a proxy and nothing else. */
  readonly hasProxy?: boolean
  readonly maxConnections?: number
  readonly maxPendingInvocations?: number
  readonly historyDays?: number
}

export interface Given {
  readonly server: RunningServer
  readonly url: string
  readonly dataDir: string
  readonly root: ApiClient
  /** The caller of the test: root, or the user with `policies`. */
  readonly caller: ApiClient
  /** A client with any credentials, or with none. */
  client(credentials: Credentials | undefined): ApiClient
  /** Makes a user with these policies and answers its client. */
  user(name: string, policies: readonly PolicyText[]): Promise<ApiClient>
  rootCredentials: Credentials
  stop(): Promise<void>
}

export const account = '123456789012'
export const region = 'us-east-1'

/**
 * A real server on a free port of loopback, with an empty data directory of its own. `t.after` stops
 * it and removes the directory.
 */
export async function given(t: { after(end: () => Promise<void>): void }, world: World = {}): Promise<Given> {
  const clock = world.clock ?? systemClock
  const dataDir = world.dataDir ?? mkdtempSync(join(tmpdir(), 'fairlead-test-'))
  if (world.dataDir === undefined) placeMigratedDatabase(dataDir)
  const config: Config = {
    dataDir,
    listen: [
      { secure: false, host: '127.0.0.1', port: 0 },
      ...(world.secure === true ? [{ secure: true, host: '127.0.0.1', port: 0 }] : []),
      ...(world.hasProxy === true ? [{ secure: false, isProxy: true as const, host: '127.0.0.1', port: 0 }] : []),
    ],
    publicUrl: undefined,
    region: world.region ?? region,
    accountId: account,
    allowPlaintext: false,
    awsHostnames: world.awsHostnames ?? false,
    recordings: { isOn: true, hasInput: false, ...world.recordings },
    logLevel: 'silent',
    masterKey: undefined,
    maxConnections: world.maxConnections ?? 20_000,
    maxPendingInvocations: world.maxPendingInvocations ?? 1_000_000,
    historyDays: world.historyDays ?? 30,
  }
  const server = await startServer(config, {
    clock,
    randomBytes: (length) => randomBytes(length),
    log: world.log ?? quiet,
  })
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    await server.stop(2_000)
  }
  t.after(async () => {
    await stop()
    // A later server of the test may still have it, and be writing: hooks run in the order in which they were asked for.
    if (world.dataDir === undefined) rmSync(dataDir, removal)
  })

  const url = server.urls[0] ?? ''
  const client = (credentials: Credentials | undefined) =>
    new ApiClient({ url, region: config.region, credentials, now: () => clock.now() })
  const rootCredentials = readCredentials(server.credentialsFile)
  const root = client(rootCredentials)
  const user = async (name: string, policies: readonly PolicyText[]) => {
    await root.query('iam', 'CreateUser', { UserName: name })
    for (const [index, policy] of policies.entries()) {
      await root.query('iam', 'PutUserPolicy', {
        UserName: name,
        PolicyName: `policy-${index}`,
        PolicyDocument: JSON.stringify(policy),
      })
    }
    const answer = await root.query('iam', 'CreateAccessKey', { UserName: name })
    return client({
      accessKeyId: elementOf(answer, 'AccessKeyId') ?? '',
      secretAccessKey: elementOf(answer, 'SecretAccessKey') ?? '',
    })
  }
  const caller = world.policies === undefined ? root : await user(world.userName ?? 'alice', world.policies)
  return { server, url, dataDir, root, caller, client, user, rootCredentials, stop }
}

/** Of a folder in which a server's thread may still write. */
export const removal = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 } as const

/** One statement that allows actions on everything, or on the ARNs given. */
export function allow(action: string | readonly string[], resource: string | readonly string[] = '*'): PolicyText {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] }
}

export function deny(action: string | readonly string[], resource: string | readonly string[] = '*'): PolicyText {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: action, Resource: resource }] }
}

export function readCredentials(file: string): Credentials {
  const text = readFileSync(file, 'utf8')
  const value = (name: string) => new RegExp(`^${name}\\s*=\\s*(\\S+)`, 'm').exec(text)?.[1] ?? ''
  return { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') }
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
