import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '@fairlead/testkit/eventually'

const starter = fileURLToPath(new URL('../tools/quickstart.mjs', import.meta.url))

function given(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-quickstart-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const start = (...args: string[]) => {
    // Any Node may start it, as a newcomer's does.
    const child = spawn('node', [starter, '--data-dir', directory, '--port', '0', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    t.after(() => child.kill('SIGTERM'))
    const said = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.stderr += text
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
    return { child, said, ended }
  }
  const pids = () => {
    const server: unknown = JSON.parse(readFileSync(join(directory, 'server', 'server.json'), 'utf8'))
    const notes: unknown = JSON.parse(readFileSync(join(directory, 'quickstart.json'), 'utf8'))
    return { server: pidIn(server), quickstart: pidIn(notes) }
  }
  const leavesNothing = () => eventually(() => (processesOf(directory).length === 0 ? true : undefined), 'all is gone')
  return { directory, start, pids, leavesNothing, serverFile: join(directory, 'server', 'server.json') }
}

function pidIn(value: unknown): number {
  return typeof value === 'object' && value !== null && 'pid' in value ? Number(value.pid) : 0
}

/** The command lines of processes that were told of this folder. */
function processesOf(directory: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((line) => line.includes(directory))
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It has ended since the list was read.
    return ''
  }
}

const isUp = /Ctrl-C stops everything/
const skip = existsSync('/proc/self/cmdline') ? false : 'it looks for processes in /proc, which is not there'

test('once: the command’s output is shown, the node is kept for the next time, nothing runs on', {
  skip,
}, async (t) => {
  const { start, leavesNothing } = given(t)

  const first = start('--once')
  assert.equal(await first.ended, 0, first.said.stdout + first.said.stderr)
  assert.match(first.said.stdout, /Hello from .*, a managed node\./)
  await leavesNothing()

  const second = start('--once', '--json')
  assert.equal(await second.ended, 0, second.said.stderr)
  const result: unknown = JSON.parse(second.said.stdout)
  const nodeId = /managed node (mi-[0-9a-f]{17})/.exec(first.said.stdout)?.[1]
  assert.partialDeepStrictEqual(result, { ok: true, nodeId })
  await leavesNothing()
})

test('a second one is refused while the first runs, and Ctrl-C leaves no process and no server file', {
  skip,
}, async (t) => {
  const { start, pids, leavesNothing, serverFile } = given(t)
  const first = start()
  await eventually(() => (isUp.test(first.said.stdout) ? true : undefined), 'the quickstart is up')

  const second = start('--once')
  assert.equal(await second.ended, 1)
  assert.match(second.said.stdout, new RegExp(`already running \\(pid ${pids().quickstart}\\)`))

  first.child.kill('SIGINT')
  assert.equal(await first.ended, 0, first.said.stdout + first.said.stderr)
  await leavesNothing()
  assert.equal(existsSync(serverFile), false)
})

test('kill -9 of the quickstart leaves no process, and the next start goes well', { skip }, async (t) => {
  const { start, pids, leavesNothing } = given(t)
  const first = start()
  await eventually(() => (isUp.test(first.said.stdout) ? true : undefined), 'the quickstart is up')

  process.kill(pids().quickstart, 'SIGKILL')
  assert.notEqual(await first.ended, 0)
  await leavesNothing()

  const second = start('--once')
  assert.equal(await second.ended, 0, second.said.stdout + second.said.stderr)
})

test('a server that dies is told, and ends the quickstart as failed', { skip }, async (t) => {
  const { start, pids, leavesNothing } = given(t)
  const { said, ended } = start()
  await eventually(() => (isUp.test(said.stdout) ? true : undefined), 'the quickstart is up')

  process.kill(pids().server, 'SIGKILL')

  assert.equal(await ended, 1)
  assert.match(said.stdout, /fairlead server ended \(signal SIGKILL\)/)
  await leavesNothing()
})

test('a port that is taken and a folder that cannot be written are told with what to do', { skip }, async (t) => {
  const { start, directory } = given(t)
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  t.after(() => holder.close())
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  const withoutPort = start('--once', '--port', `${port}`)
  assert.equal(await withoutPort.ended, 1)
  assert.match(withoutPort.said.stdout, new RegExp(`Port ${port} is taken .*--port \\d+`))

  const file = join(directory, 'file')
  writeFileSync(file, '')
  const withoutFolder = start('--once', '--data-dir', join(file, 'below'))
  assert.equal(await withoutFolder.ended, 1)
  assert.match(withoutFolder.said.stdout, /cannot be written\. .*--data-dir/)
})

test('a start that is interrupted leaves nothing behind', { skip }, async (t) => {
  const { start, leavesNothing } = given(t)
  const first = start()
  await eventually(() => (/Control plane ready/.test(first.said.stdout) ? true : undefined), 'the server is up')

  first.child.kill('SIGINT')

  assert.equal(await first.ended, 130, first.said.stdout)
  await leavesNothing()
})
