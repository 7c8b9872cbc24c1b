import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { Program } from './program.ts'

export interface AgentSettings {
  readonly url: string
  readonly region?: string
  readonly activationId?: string
  readonly activationCode?: string
  /** Certificate of the authority that the server's own chains to, for an https URL. */
  readonly caFile?: string
  readonly options?: readonly string[]
}

/** `fairlead agent` in a process of its own, with a state directory of its own. */
export class RunningAgent {
  readonly stateDirectory: string
  readonly #settings: AgentSettings
  #program: Program | undefined

  constructor(stateDirectory: string, settings: AgentSettings) {
    this.stateDirectory = stateDirectory
    this.#settings = settings
  }

  /** `mi-…`; known once the agent has registered. */
  get nodeId(): string {
    return readNodeId(this.stateDirectory) ?? ''
  }

  get output(): string {
    return this.#program?.output ?? ''
  }

  get pid(): number {
    return this.#program?.pid ?? 0
  }

  get isRunning(): boolean {
    return this.#program?.isRunning === true
  }

  /** Starts the process without waiting for it to be of use. */
  launch(): void {
    const { url, region = 'us-east-1', activationId, activationCode, caFile, options = [] } = this.#settings
    this.#program = new Program([
      ...['agent', '--endpoint', url, '--region', region, '--state-dir', this.stateDirectory],
      ...(activationId === undefined ? [] : ['--activation-id', activationId]),
      ...(activationCode === undefined ? [] : ['--activation-code', activationCode]),
      ...(caFile === undefined ? [] : ['--ca', caFile]),
      ...options,
    ])
  }

  /** Starts the process and resolves when the node is registered. */
  async start(): Promise<void> {
    this.launch()
    await eventually(() => {
      if (!this.isRunning) throw new Error(`the agent has ended: ${this.output}`)
      return readNodeId(this.stateDirectory)
    }, 'the agent is registered')
  }

  /** Lets the process do nothing more, until it is killed; what comes in waits in its sockets. */
  suspend(): void {
    this.#program?.signal('SIGSTOP')
  }

  async kill(): Promise<void> {
    await this.#program?.end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#program?.end('SIGTERM')
  }
}

/**
 * An agent process that has registered; stopped, and its folder removed, when the test ends. With `copyOf` it gets the
 * identity of another, which must stand still while it is copied.
 */
export async function runAgent(
  t: { after(end: () => Promise<void>): void },
  settings: AgentSettings,
  copyOf?: RunningAgent,
): Promise<RunningAgent> {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'fairlead-node-'))
  const agent = new RunningAgent(stateDirectory, settings)
  t.after(async () => {
    await agent.stop()
    rmSync(stateDirectory, { recursive: true, force: true })
  })
  if (copyOf !== undefined) {
    cpSync(copyOf.stateDirectory, stateDirectory, { recursive: true, filter: (path) => !path.includes('/agent.held') })
  }
  await agent.start()
  return agent
}

function readNodeId(stateDirectory: string): string | undefined {
  try {
    const registration: unknown = JSON.parse(readFileSync(join(stateDirectory, 'registration.json'), 'utf8'))
    if (typeof registration !== 'object' || registration === null || !('nodeId' in registration)) return undefined
    return String(registration.nodeId)
  } catch {
    return undefined // not there yet
  }
}
