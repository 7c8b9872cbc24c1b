import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '@fairlead/agent/clock'
import { type Agent, startAgent } from '@fairlead/agent/compose'
import { type AgentConfig, type Timings, usualTimings } from '@fairlead/agent/config'
import { createLog } from '@fairlead/agent/log'
import { compileCache } from './compile-cache.ts'
import { FakeControlPlane } from './fake-control-plane.ts'

export interface AgentSettings extends Partial<Omit<AgentConfig, 'timings'>> {
  readonly timings?: Partial<Timings>
  /** How many times faster than the real ones its timers run: 100 makes ten seconds a tenth of one. */
  readonly speed?: number
  readonly boot?: string
}

export interface GivenAgent {
  readonly server: FakeControlPlane
  readonly stateDirectory: string
  /** Stops the agent and starts another in the same state directory; resolves when its channel is open. */
  restart(settings?: AgentSettings): Promise<void>
  stop(): void
}

/** Our agent, in this process, on a channel to a fake control plane. Everything is gone when the test ends. */
export async function givenAgent(
  test: { after(clean: () => Promise<void>): void },
  settings: AgentSettings = {},
): Promise<GivenAgent> {
  const server = new FakeControlPlane()
  await server.listen()
  const stateDirectory = mkdtempSync(join(tmpdir(), 'fairlead-agent-'))
  let agent: Agent | undefined
  const start = async ({ speed = 1, boot, timings, ...config }: AgentSettings) => {
    const opened = server.channelsOpened
    agent = await startAgent(
      {
        endpoint: new URL(server.url),
        region: 'us-east-1',
        stateDirectory,
        activation: server.activation,
        caFile: undefined,
        logLevel: 'error',
        commandWorkers: 5,
        outputLimitBytes: 1_000_000,
        keepsSessionLogs: true,
        rebootCommand: [],
        workingDirectory: '/',
        downloads: { s3Endpoint: undefined, githubApi: undefined, limitBytes: 1_000_000 },
        environment: { PATH: '/usr/local/bin:/usr/bin:/bin', NODE_COMPILE_CACHE: compileCache },
        ...config,
        timings: { ...usualTimings, ...timings },
      },
      {
        clock: fastClock(speed),
        log: createLog(systemClock, 'error', (line) => process.stderr.write(line)),
        newId: randomUUID,
        random: () => 0.1,
        ...(boot === undefined ? {} : { boot }),
      },
    )
    await server.until('the channel', () => server.channelsOpened > opened)
  }
  test.after(async () => {
    agent?.stop()
    await server.close()
    rmSync(stateDirectory, { recursive: true, force: true })
  })
  await start(settings)
  return {
    server,
    stateDirectory,
    restart: (changed = settings) => {
      agent?.stop()
      return start(changed)
    },
    stop: () => {
      agent?.stop()
      agent = undefined
    },
  }
}

function fastClock(speed: number): Clock {
  return { ...systemClock, after: (ms, act) => systemClock.after(ms / speed, act) }
}
