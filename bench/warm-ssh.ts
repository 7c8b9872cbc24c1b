import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { OpenSsh, reasonWithoutOpenSsh } from '../conformance/clients/open-ssh.ts'
import { reapedSeconds } from './process-use.ts'
import type { Workbench } from './workbench.ts'

export type Tool = 'pdsh' | 'ansible'

/** What one run of a tool took. */
export interface ToolRun {
  readonly seconds: number
  /** User and system time of the program and all that it started and waited for, so without masters of connections. */
  readonly cpuSeconds: number
}

/** Why a tool cannot be measured here, or false. */
export async function reasonWithout(tool: Tool): Promise<string | false> {
  const isThere = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, tool)))
  return isThere ? await reasonWithoutOpenSsh() : `${tool} is not installed here (Debian: apt-get install ${tool})`
}

/** Names of hosts that all are an sshd of this machine; a connection to each is kept open by a master of its own. */
export class WarmSsh {
  readonly #hosts: readonly string[]
  readonly #config: string
  readonly #inventory: string

  private constructor(hosts: readonly string[], config: string, inventory: string) {
    this.#hosts = hosts
    this.#config = config
    this.#inventory = inventory
  }

  static async start(bench: Workbench, count: number): Promise<WarmSsh> {
    // A home without start-up files: what a shell does before the command is no matter of the tool.
    const settings = ['MaxStartups 1000', `SetEnv HOME=${bench.folder()}`]
    const { folder, port, user } = await OpenSsh.start({ after: (end) => bench.later(end) }, settings)
    const hosts = Array.from({ length: count }, (_, index) => `node${index + 1}`)
    const config = join(folder, 'client')
    const lines = [
      ...['Host node*', 'HostName 127.0.0.1', `Port ${port}`, `User ${user}`, `IdentityFile ${folder}/user`],
      ...['UserKnownHostsFile /dev/null', 'StrictHostKeyChecking no', 'LogLevel ERROR', 'BatchMode yes'],
      ...['ControlMaster auto', `ControlPath ${folder}/%n`, 'ControlPersist 300'],
    ]
    writeFileSync(config, `${lines.join('\n')}\n`)
    const inventory = join(folder, 'inventory')
    writeFileSync(inventory, `${hosts.join('\n')}\n`)
    const ssh = new WarmSsh(hosts, config, inventory)
    bench.later(() => ssh.#cool())
    return ssh
  }

  /** The same command on all hosts, all at one time. Rejects when one of them failed. */
  async run(tool: Tool): Promise<ToolRun> {
    const atOnce = String(this.#hosts.length)
    const began = performance.now()
    const before = reapedSeconds()
    if (tool === 'pdsh') {
      const words = ['-S', '-R', 'ssh', '-f', atOnce, '-w', this.#hosts.join(','), 'true']
      await succeeded('pdsh', words, { PDSH_SSH_ARGS_APPEND: `-F ${this.#config}` })
    } else {
      const words = ['all', '-i', this.#inventory, '-f', atOnce, '-m', 'raw', '-a', 'true']
      await succeeded('ansible', words, { ANSIBLE_SSH_ARGS: `-F ${this.#config}`, ANSIBLE_HOST_KEY_CHECKING: 'False' })
    }
    return { seconds: (performance.now() - began) / 1000, cpuSeconds: reapedSeconds() - before }
  }

  async #cool(): Promise<void> {
    for (const host of this.#hosts) {
      await once(spawn('ssh', ['-F', this.#config, '-O', 'exit', host], { stdio: 'ignore' }), 'close')
    }
  }
}

async function succeeded(program: string, words: readonly string[], environment: object): Promise<void> {
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...environment } })
  let errors = ''
  child.stderr.on('data', (text: Buffer) => {
    errors = `${errors}${text}`.slice(-2_000)
  })
  const impatience = setTimeout(() => child.kill('SIGKILL'), 120_000)
  const [status] = await once(child, 'close')
  clearTimeout(impatience)
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${errors}`)
}
