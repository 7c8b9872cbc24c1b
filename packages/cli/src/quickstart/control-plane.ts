import { exchange } from '../api/exchange.ts'
import { serverEndpoint } from '../api/server-client.ts'
import type { RunningServer } from '../installation/running-server.ts'
import { readServerFile } from '../installation/server-file.ts'
import type { Surroundings } from '../surroundings.ts'
import { type Program, startProgram } from './program.ts'
import type { Sandbox } from './sandbox.ts'
import { until } from './until.ts'

const startLimitMs = 30_000

/** The ports of the sandbox's server, http first: two free ones for 0, else the one named and a neighbour. */
export function portsOf(port: number): readonly [http: number, https: number] {
  if (port === 0) return [0, 0]
  return [port, port === 7070 ? 7443 : port + 1]
}

export function startControlPlane(sandbox: Sandbox, port: number, { environment }: Surroundings): Program {
  const [plain, secure] = portsOf(port)
  return startProgram({
    word: 'server',
    args: [
      ['--data-dir', sandbox.serverDirectory],
      ['--listen', `http://127.0.0.1:${plain}`],
      ['--listen', `https://127.0.0.1:${secure}`],
    ].flat(),
    directory: sandbox.directory,
    logFile: sandbox.serverLog,
    environment,
  })
}

/** Waits for a server that was started until it says that it is ready. Throws CliError when it does not. */
export async function untilReady(
  server: Program,
  sandbox: Sandbox,
  surroundings: Surroundings,
): Promise<RunningServer> {
  const look = async () => {
    const file = readServerFile(sandbox.serverDirectory)
    // A server that was killed leaves its file behind.
    if (file?.pid !== server.pid) return undefined
    const url = file.urls.find((one) => one.startsWith('http://')) ?? ''
    const running = { ...file, url: url.replace(/\/$/, ''), dataDir: sandbox.serverDirectory }
    return (await isReady(running)) ? running : undefined
  }
  const otherwise = `The control plane was not ready within ${startLimitMs / 1000} s. What it says is in ${sandbox.serverLog}`
  return Promise.race([until(look, surroundings, startLimitMs, otherwise), server.failure])
}

/** What GET /healthz answers: true for a server that is ready. Rejects when nothing answers. */
export async function isReady(server: Pick<RunningServer, 'url' | 'caFile'>): Promise<boolean> {
  const rawHeaders = ['Host', new URL(server.url).host]
  const request = { method: 'GET', target: '/healthz', rawHeaders, body: new Uint8Array() } as const
  return (await exchange(serverEndpoint(server), request, 5_000)).status === 200
}
