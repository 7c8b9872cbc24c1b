import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@fairlead/agent/clock'
import { startAgent } from '@fairlead/agent/compose'
import { usualTimings } from '@fairlead/agent/config'
import { createLog } from '@fairlead/agent/log'
import { compileCache } from '@fairlead/testkit/compile-cache'
import { eventually } from '@fairlead/testkit/eventually'
import { type Given, given, type World } from '@fairlead/testkit/given'
import { makeNodeRole } from '@fairlead/testkit/running-node'
import { ApiClient } from '../api/api-client.ts'

/** A whole server and our agent on it, both in this process; sessions have processes of their own, as always. */
export interface GivenNode {
  readonly server: Given
  readonly nodeId: string
  /** Calls as root. */
  readonly api: ApiClient
}

export interface NodeLink {
  /** By which URL the node reaches the server at one. */
  through?(url: string): Promise<string>
  /** Between two questions of the node whether the server is still there. */
  readonly pingEveryMs?: number
}

export async function givenNode(
  t: { after(end: () => Promise<void>): void },
  world: World = {},
  { through = async (url) => url, pingEveryMs = usualTimings.pingEveryMs }: NodeLink = {},
): Promise<GivenNode> {
  const server = await given(t, world)
  const { root, url, rootCredentials } = server
  const IamRole = await makeNodeRole(root)
  const { ActivationId = '', ActivationCode = '' } = await root.call('ssm', 'CreateActivation', { IamRole })
  const stateDirectory = mkdtempSync(join(tmpdir(), 'fairlead-node-'))
  const agent = await startAgent(
    {
      endpoint: new URL(await through(url)),
      region: 'us-east-1',
      stateDirectory,
      activation: { id: ActivationId, code: ActivationCode },
      caFile: undefined,
      logLevel: 'error',
      commandWorkers: 1,
      outputLimitBytes: 1_000_000,
      keepsSessionLogs: true,
      rebootCommand: [],
      workingDirectory: '/',
      downloads: { s3Endpoint: undefined, githubApi: undefined, limitBytes: 1_000_000 },
      environment: { PATH: '/usr/local/bin:/usr/bin:/bin', NODE_COMPILE_CACHE: compileCache },
      timings: { ...usualTimings, pingEveryMs },
    },
    {
      clock: systemClock,
      log: createLog(systemClock, 'error', (line) => process.stderr.write(line)),
      newId: randomUUID,
      random: Math.random,
    },
  )
  t.after(async () => {
    agent?.stop()
    rmSync(stateDirectory, { recursive: true, force: true })
  })
  const nodeId = await eventually(async () => {
    const { InstanceInformationList: nodes = [] } = await root.call('ssm', 'DescribeInstanceInformation', {})
    const [node] = nodes
    const { Status } = await root.call('ssm', 'GetConnectionStatus', { Target: node?.InstanceId ?? 'mi-0' })
    return Status === 'connected' ? node?.InstanceId : undefined
  }, 'a node is connected')
  const credentials = { ...rootCredentials, sessionToken: undefined }
  const api = new ApiClient({
    endpoint: { url },
    region: 'us-east-1',
    credentials,
    now: () => new Date(),
  })
  return { server, nodeId, api }
}
