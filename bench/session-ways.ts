import { createServer } from 'node:net'
import { findOfficialAgent } from '../conformance/clients/official-agent.ts'
import { findOfficialPlugin } from '../conformance/clients/official-plugin.ts'
import { OpenSsh, reasonWithoutOpenSsh } from '../conformance/clients/open-ssh.ts'
import { ownPluginFolder, type SessionBench, sessionBench } from '../conformance/sessions/session-bench.ts'
import { startRelayFront } from './relay-ways.ts'
import { SessionClient } from './session-client.ts'
import type { Workbench } from './workbench.ts'

/** A way to a shell and to a port of this machine. */
export interface SessionWay {
  readonly name: string
  /** A shell on a terminal of its own; ready for what is typed. */
  shell(bench: Workbench): Promise<SessionClient>
  /** A local port that leads to another one. */
  forward(bench: Workbench, port: number): Promise<number>
}

export interface SessionWays {
  readonly ours: SessionWay
  /** Ours on a server that records nothing. */
  readonly unrecorded: SessionWay
  readonly openSsh: SessionWay | undefined
  /** Amazon's plugin and agent on our server. */
  readonly amazon: SessionWay | undefined
  /** Amazon's plugin and agent, and between them a relay of frames that knows nothing. */
  readonly relayed: SessionWay | undefined
  /** Why something is left out. */
  readonly reasons: readonly string[]
}

/** A server with our agent and one that records nothing, Amazon's agent if it is there, and an sshd, all on the loopback. */
export async function sessionWays(bench: Workbench): Promise<SessionWays> {
  const owner = { after: (end: () => Promise<void> | void) => bench.later(end) }
  const plugin = findOfficialPlugin()
  const agent = findOfficialAgent()
  const noAmazon = plugin.skip || agent.skip
  const noSsh = await reasonWithoutOpenSsh()
  const world = await sessionBench(owner, { withOfficialAgent: noAmazon === false })
  const bare = await sessionBench(owner, { serverOptions: ['--recordings', 'off'] })
  for (const one of [world, bare]) await one.untilConnected(one.nodes.ours)
  return {
    ours: serverWay(world, { name: 'ours', folder: ownPluginFolder, nodeId: world.nodes.ours }),
    unrecorded: serverWay(bare, { name: 'unrecorded', folder: ownPluginFolder, nodeId: bare.nodes.ours }),
    openSsh: noSsh === false ? openSshWay(await OpenSsh.start(owner)) : undefined,
    ...(noAmazon === false
      ? {
          amazon: serverWay(world, { name: "Amazon's", folder: plugin.folder, nodeId: world.nodes.amazon }),
          relayed: serverWay(world, {
            name: 'relayed',
            folder: plugin.folder,
            ...(await startRelayFront(bench, world)),
          }),
        }
      : { amazon: undefined, relayed: undefined }),
    reasons: [noSsh, noAmazon].filter((reason) => reason !== false),
  }
}

interface ServerWay {
  readonly name: string
  /** Of the plugin. */
  readonly folder: string
  readonly nodeId: string
  /** In place of the stream URL that the server names. */
  readonly streamUrlOf?: (sessionId: string) => string
}

function serverWay(world: SessionBench, { name, folder, nodeId, streamUrlOf }: ServerWay): SessionWay {
  const client = world.server.client()

  /** As the AWS CLI starts its plugin. */
  const start = async (on: Workbench, document: object) => {
    const request = { Target: nodeId, ...document }
    const answer = await client.call('ssm', 'StartSession', request)
    const { SessionId = '' } = answer
    const found = streamUrlOf === undefined ? answer : { ...answer, StreamUrl: streamUrlOf(SessionId) }
    const words = [JSON.stringify(found), world.server.region, 'StartSession', '', JSON.stringify(request)]
    const environment = { ...world.environment(folder), ...profiling() }
    return new SessionClient(on, [`${folder}/session-manager-plugin`, ...words, world.server.url], environment)
  }
  return {
    name,
    shell: async (on) => await greeted(await start(on, {})),
    async forward(on, port) {
      const forwarding = await start(on, {
        DocumentName: 'AWS-StartPortForwardingSession',
        Parameters: { portNumber: [String(port)], localPortNumber: ['0'] },
      })
      const [, opened] = await forwarding.untilSays(/Port (\d+) opened/)
      return Number(opened)
    },
  }
}

function openSshWay({ options, port, user }: OpenSsh): SessionWay {
  const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'] }
  const words = ['ssh', ...options, '-p', String(port)]
  const target = `${user}@127.0.0.1`
  return {
    name: 'OpenSSH',
    shell: async (on) => await greeted(new SessionClient(on, [...words, '-tt', target, 'exec sh'], environment)),
    async forward(on, remotePort) {
      const localPort = await freePort()
      const route = `127.0.0.1:${localPort}:127.0.0.1:${remotePort}`
      const forwarding = [
        ...words,
        '-o',
        'ExitOnForwardFailure=yes',
        '-L',
        route,
        target,
        'echo opened; exec sleep 600',
      ]
      await new SessionClient(on, forwarding, environment).untilSays(/opened/)
      return localPort
    },
  }
}

async function greeted(client: SessionClient): Promise<SessionClient> {
  // The first output of a shell is its prompt; before it nobody may be listening.
  await client.untilMoreThan(0)
  client.write("PS1=; printf 'there-%d\\n' $((6*7))\n")
  await client.untilSays(/there-42/)
  return client
}

/** Whoever profiles the bench has the clients profiled too. */
function profiling(): NodeJS.ProcessEnv {
  const options = process.env['NODE_OPTIONS']
  return options === undefined ? {} : { NODE_OPTIONS: options }
}

async function freePort(): Promise<number> {
  const listener = createServer()
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  await new Promise((resolve) => listener.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
