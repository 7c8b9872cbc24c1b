import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { compileCache } from '@fairlead/testkit/compile-cache'
import { FakeControlPlane } from '@fairlead/testkit/fake-control-plane'

const program = fileURLToPath(new URL('../main.ts', import.meta.url))

interface Ended {
  readonly status: number | null
  readonly errors: string
}

/** The agent as a program of its own, with a control plane that the test holds. `t.after` kills what still runs. */
export async function givenProgram(t: TestContext) {
  const server = new FakeControlPlane()
  await server.listen()
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-agent-'))
  const children = new Set<ChildProcess>()
  t.after(async () => {
    for (const child of children) child.kill('SIGKILL')
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const start = (...more: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } => {
    const { id, code } = server.activation
    const args = ['--endpoint', server.url, '--state-dir', join(folder, 'state'), '--log-level', 'error']
    const child = spawn(
      process.execPath,
      [program, ...args, '--activation-id', id, '--activation-code', code, ...more],
      {
        env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    children.add(child)
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors += String(chunk)
    })
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (status) => {
        children.delete(child)
        resolve({ status, errors })
      })
    })
    return { child, ended }
  }
  const startAndConnect = async () => {
    const opened = server.channelsOpened
    const started = start()
    await server.until('the channel', () => server.channelsOpened > opened)
    return started
  }
  return { server, folder, start, startAndConnect }
}
