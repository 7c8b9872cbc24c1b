import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { RunningServer } from '@fairlead/testkit/running-server'

/** The folder with Amazon's agent, or the reason why it is not run. README.md says what must be in it. */
export function findOfficialAgent(): { folder: string; skip: false } | { folder: ''; skip: string } {
  const folder = process.env['FAIRLEAD_OFFICIAL_AGENT_DIR'] ?? ''
  if (folder === '') return { folder: '', skip: 'FAIRLEAD_OFFICIAL_AGENT_DIR names no folder with amazon-ssm-agent' }
  if (!existsSync(join(folder, 'run.sh'))) return { folder: '', skip: `${folder}/run.sh is not there` }
  if (process.getuid?.() !== 0) return { folder: '', skip: 'amazon-ssm-agent runs as root only' }
  return { folder, skip: false }
}

/** Where an agent finds its server; the certificates of `caFile` are those it believes. */
export type AgentServer = Pick<RunningServer, 'url' | 'secureUrl' | 'caFile' | 'region'>

/** Amazon's agent, under the script that keeps its files and processes apart. */
export class OfficialAgent {
  readonly #state = mkdtempSync(join(tmpdir(), 'fairlead-official-'))
  readonly #child: ChildProcess
  #output = ''

  constructor(folder: string, server: AgentServer, activation: { id: string; code: string }) {
    const shutdown = join(this.#state, 'shutdown')
    writeFileSync(shutdown, `#!/bin/sh\necho "$*" >> ${this.#restarts}\n`, { mode: 0o755 })
    // It restarts its machine by /sbin/shutdown, wherever PATH leads; without the stub in its place it does not start.
    const hide = '{ [ ! -e /sbin/shutdown ] || mount --bind "$1" "$(readlink -f /sbin/shutdown)"; } && exec "$0"'
    this.#child = spawn('unshare', ['--mount', '/bin/sh', '-c', hide, join(folder, 'run.sh'), shutdown], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        SERVER_HTTP: server.url,
        SERVER_HTTPS: server.secureUrl,
        CA: server.caFile,
        REGION: server.region,
        ACTIVATION_ID: activation.id,
        ACTIVATION_CODE: activation.code,
        STATE: this.#state,
        RESTART: '1',
        DIE_WITH_PARENT: '1',
      },
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-262_144)
      })
    }
  }

  /** The end of its log. */
  get output(): string {
    return this.#output
  }

  /** How often it has tried to restart its machine. */
  get restartsAsked(): number {
    return existsSync(this.#restarts) ? readFileSync(this.#restarts, 'utf8').split('\n').length - 1 : 0
  }

  get #restarts(): string {
    return join(this.#state, 'restarts')
  }

  /** Kills the agent itself, and not the processes that run documents. The script starts it again. */
  kill(): void {
    const own = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && this.#isAgent(entry))
    if (own.length < 2) throw new Error(`core and worker of the agent were looked for, and ${own.length} found`)
    for (const pid of own) process.kill(Number(pid), 'SIGKILL')
  }

  async end(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) resolve()
      this.#child.once('exit', () => resolve())
      this.#child.kill('SIGKILL') // everything under the script goes with it
    })
    rmSync(this.#state, { recursive: true, force: true })
  }

  #isAgent(pid: string): boolean {
    try {
      const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      // The core, and its worker that speaks with the server.
      if (!['amazon-ssm-agent', 'ssm-agent-worker'].includes(basename(program))) return false
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${this.#state}/root`)
    } catch {
      return false // ended in the meantime
    }
  }
}
