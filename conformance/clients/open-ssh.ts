import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@fairlead/testkit/eventually'
import { run } from './run.ts'

const server = '/usr/sbin/sshd'
// Where OpenSSH locks its processes up when it runs as root; service managers make it.
const privileges = '/run/sshd'

/** False when OpenSSH's server and clients are here, or the reason why its tests are skipped. */
export async function reasonWithoutOpenSsh(): Promise<string | false> {
  const environment = { PATH: process.env['PATH'] ?? '' }
  if (!existsSync(server)) return 'OpenSSH’s server is not installed here (Debian: apt-get install openssh-server)'
  try {
    await run('ssh', ['-V'], environment)
    return false
  } catch {
    return 'OpenSSH’s client is not installed here (Debian: apt-get install openssh-client)'
  }
}

/** An sshd on a free port of loopback with keys of its own, ended with the test; `more` are lines of its settings. */
export class OpenSsh {
  readonly port: number
  readonly user = userInfo().username
  readonly folder: string

  private constructor(folder: string, port: number) {
    this.folder = folder
    this.port = port
  }

  static async start(t: { after(end: () => Promise<void>): void }, more: readonly string[] = []): Promise<OpenSsh> {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-sshd-'))
    const makesPlace = process.getuid?.() === 0 && !existsSync(privileges)
    if (makesPlace) mkdirSync(privileges, { mode: 0o755 })
    for (const name of ['host', 'user']) {
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)], {
        PATH: process.env['PATH'] ?? '',
      })
    }
    writeFileSync(join(folder, 'authorized'), readFileSync(join(folder, 'user.pub')))
    const port = await freePort()
    const settings = [
      ...['UsePAM no', 'StrictModes no', 'PasswordAuthentication no', 'PidFile none', 'Subsystem sftp internal-sftp'],
      ...[
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${folder}/host`,
        `AuthorizedKeysFile ${folder}/authorized`,
      ],
      ...more,
    ]
    writeFileSync(join(folder, 'conf'), `${settings.join('\n')}\n`)
    const child = spawn(server, ['-D', '-e', '-f', join(folder, 'conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-8_192)
    })
    t.after(async () => {
      await ended(child)
      rmSync(folder, { recursive: true, force: true })
      if (makesPlace) rmdirSync(privileges)
    })
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`sshd has ended: ${log}`)
      return (await answers(port)) ? true : undefined
    }, 'sshd answers')
    return new OpenSsh(folder, port)
  }

  /** Options that keep ssh and scp from everything of whoever runs the tests. */
  get options(): readonly string[] {
    const pairs = ['UserKnownHostsFile=/dev/null', 'StrictHostKeyChecking=no', 'LogLevel=ERROR', 'BatchMode=yes']
    return ['-F', 'none', '-i', join(this.folder, 'user'), ...pairs.flatMap((pair) => ['-o', pair])]
  }
}

async function freePort(): Promise<number> {
  const listener = createServer()
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  await new Promise((resolve) => listener.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('data', () => {
      resolve(true)
      socket.destroy()
    })
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exit = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await exit
}
