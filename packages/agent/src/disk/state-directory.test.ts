import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { takeStateDirectory } from './state-directory.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-state-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'state')
}

async function said(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout)
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return line.toString().trim()
}

test('of agents that start at once in a directory whose agent was killed, one gets it', async (t) => {
  const path = folderOf(t)
  const program = fileURLToPath(new URL('./testing/take-state-directory.ts', import.meta.url))
  const start = () => spawn(process.execPath, [program, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  const killed = start()
  const rivals = [start(), start(), start(), start()]
  const all = [killed, ...rivals]
  t.after(() => all.map((child) => child.kill('SIGKILL')))
  await Promise.all(all.map(said))
  killed.stdin?.write('go')
  assert.equal(await said(killed), 'taken')
  killed.kill('SIGKILL')
  await once(killed, 'exit')

  const answers = await Promise.all(
    rivals.map((child) => {
      child.stdin?.write('go')
      return said(child)
    }),
  )

  assert.equal(answers.filter((answer) => answer === 'taken').length, 1, answers.join('; '))
})

test('a directory that was given back can be taken again, and one that is held cannot', (t) => {
  const path = folderOf(t)
  const giveBack = takeStateDirectory(path)

  assert.throws(() => takeStateDirectory(path), /Another agent \(this process\)/)
  giveBack()
  takeStateDirectory(path)()
})
