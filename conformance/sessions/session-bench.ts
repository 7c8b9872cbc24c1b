import { fileURLToPath } from 'node:url'
import { eventually } from '@fairlead/testkit/eventually'
import type { RunningAgent } from '@fairlead/testkit/running-agent'
import { runNode } from '@fairlead/testkit/running-node'
import { type RunningServer, runServer } from '@fairlead/testkit/running-server'
import { lastFirst } from '../clients/last-first.ts'
import { runOfficialNode } from '../clients/official-node.ts'
import { clientEnvironment } from '../clients/python-environment.ts'

export interface Start {
  readonly document?: string
  readonly parameters?: Readonly<Record<string, string>>
}

/** A server, and how to begin sessions with a node of it by the AWS CLI. */
export interface SessionBench {
  readonly server: RunningServer
  /** By the agent that runs on them. */
  readonly nodes: Readonly<Record<'ours' | 'amazon', string>>
  readonly ourAgent: RunningAgent
  /** For programs that are to find the plugin in this folder. */
  environment(pluginFolder: string): Readonly<Record<string, string>>
  /** Waits until sessions with the node can begin. */
  untilConnected(nodeId: string): Promise<void>
  /** `aws ssm start-session …` as a list of words. */
  words(nodeId: string, start?: Start): readonly string[]
}

export const ownPluginFolder = fileURLToPath(new URL('../../bin', import.meta.url))

type Owner = { after(end: () => Promise<void>): void }

export interface BenchSettings {
  readonly withOfficialAgent?: boolean
  /** More of the server's command line. */
  readonly serverOptions?: readonly string[]
}

/** A server with a node of ours, and one with Amazon's agent if that is wanted and there; else its id is empty. */
export async function sessionBench(
  owner: Owner,
  { withOfficialAgent = false, serverOptions = [] }: BenchSettings = {},
): Promise<SessionBench> {
  const t = lastFirst(owner)
  const server = await runServer(t, { options: serverOptions })
  const ours = await runNode(t, server)
  const amazon = withOfficialAgent ? await runOfficialNode(t, server) : undefined
  const { url, region, credentialsFile } = server
  return {
    server,
    nodes: { ours: ours.nodeId, amazon: amazon?.nodeId ?? '' },
    ourAgent: ours,
    environment(pluginFolder) {
      const plain = clientEnvironment(t, { url, region, credentialsFile })
      return { ...plain, PATH: `${pluginFolder}:${plain['PATH']}`, AWS_ENDPOINT_URL: url }
    },
    async untilConnected(Target) {
      // An agent whose server was away for a while takes its time to come back.
      await eventually(
        async () => {
          const { Status } = await server.client().call('ssm', 'GetConnectionStatus', { Target })
          return Status === 'connected' ? true : undefined
        },
        `${Target} is connected`,
        70_000,
      )
    },
    words(nodeId, { document, parameters = {} } = {}) {
      const pairs = Object.entries(parameters).map(([name, value]) => [name, [value]])
      return [
        ...['aws', 'ssm', 'start-session', '--endpoint-url', url, '--target', nodeId],
        ...(document === undefined ? [] : ['--document-name', document]),
        ...(pairs.length === 0 ? [] : ['--parameters', JSON.stringify(Object.fromEntries(pairs))]),
      ]
    },
  }
}
