import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiClient, type Credentials } from './api-client.ts'
import { eventually } from './eventually.ts'
import { readCredentials } from './given.ts'
import { Program } from './program.ts'

export interface ServerSettings {
  readonly region?: string
  /** Where it keeps everything; a new folder, removed at the end of the test, when left out. */
  readonly dataDir?: string
  /** More of the command line. */
  readonly options?: readonly string[]
}

/** `fairlead server` in a process of its own, on ports that stay the same when it is started again. */
export class RunningServer {
  readonly dataDir: string
  readonly region: string
  readonly #port: number
  readonly #securePort: number
  readonly #options: readonly string[]
  #program: Program | undefined

  constructor(dataDir: string, region: string, ports: readonly [number, number], options: readonly string[] = []) {
    this.dataDir = dataDir
    this.region = region
    this.#port = ports[0]
    this.#securePort = ports[1]
    this.#options = options
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get secureUrl(): string {
    return `https://127.0.0.1:${this.#securePort}`
  }

  get caFile(): string {
    return join(this.dataDir, 'tls', 'ca.pem')
  }

  get credentialsFile(): string {
    return join(this.dataDir, 'credentials')
  }

  get output(): string {
    return this.#program?.output ?? ''
  }

  get pid(): number {
    return this.#program?.pid ?? 0
  }

  /** Starts the process without waiting for it to be of use. */
  launch(): void {
    const { dataDir, region, url, secureUrl } = this
    this.#program = new Program([
      'server',
      '--data-dir',
      dataDir,
      '--region',
      region,
      '--listen',
      url,
      '--listen',
      secureUrl,
      ...this.#options,
    ])
  }

  /** Starts the process and resolves when it answers. */
  async start(): Promise<void> {
    this.launch()
    await this.ready()
  }

  async ready(): Promise<void> {
    await eventually(async () => {
      if (this.#program?.isRunning !== true) throw new Error(`the server has ended: ${this.output}`)
      return (await isHealthy(this.url)) ? true : undefined
    }, 'the server is ready')
  }

  /** Lets the process do nothing more, until it is resumed or killed; what comes in waits in its sockets. */
  suspend(): void {
    this.#program?.signal('SIGSTOP')
  }

  resume(): void {
    this.#program?.signal('SIGCONT')
  }

  /** As a power cut would end it: SIGKILL. */
  async kill(): Promise<void> {
    await this.#program?.end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#program?.end('SIGTERM')
  }

  client(credentials: Credentials = readCredentials(this.credentialsFile)): ApiClient {
    return new ApiClient({ url: this.url, region: this.region, credentials, now: () => new Date() })
  }
}

/** A server process that is ready. It is stopped, and its folder removed, when the test ends. */
export async function runServer(
  t: { after(end: () => Promise<void>): void },
  settings: ServerSettings = {},
): Promise<RunningServer> {
  const dataDir = settings.dataDir ?? mkdtempSync(join(tmpdir(), 'fairlead-server-'))
  const server = new RunningServer(
    dataDir,
    settings.region ?? 'us-east-1',
    [await freePort(), await freePort()],
    settings.options,
  )
  t.after(async () => {
    await server.stop()
    if (settings.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
  })
  await server.start()
  return server
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).ok
  } catch {
    return false // not listening yet
  }
}

/** Below those that systems give out (Linux from 32768 on): else another program has them while the server is away. */
const [lowestPort, highestPort] = [10_000, 32_000]

async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(lowestPort, highestPort)
    const listener = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      listener.once('error', () => resolve(false))
      listener.listen(port, '127.0.0.1', () => resolve(true))
    })
    await new Promise((resolve) => listener.close(resolve))
    if (isFree) return port
  }
  throw new Error('no port is free')
}
