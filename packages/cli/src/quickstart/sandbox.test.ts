import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder, writeServerJson } from '../testing/server-folder.ts'
import { Sandbox } from './sandbox.ts'

const deadPid = () => spawnSync('/bin/sh', ['-c', ':']).pid

test('a sandbox remembers its node until it is told to forget it', (t) => {
  const sandbox = new Sandbox(join(temporaryFolder(t), 'new', 'folder'))
  sandbox.take(process.pid)
  mkdirSync(sandbox.nodeDirectory)

  sandbox.rememberNode('mi-01234567890abcdef')
  assert.equal(new Sandbox(sandbox.directory).knownNode(), 'mi-01234567890abcdef')

  sandbox.forgetNode()
  assert.equal(sandbox.knownNode(), undefined)
  assert.equal(existsSync(sandbox.nodeDirectory), false)
})

test('a node whose state is gone is not known', (t) => {
  const sandbox = new Sandbox(temporaryFolder(t))
  sandbox.take(process.pid)

  sandbox.rememberNode('mi-01234567890abcdef')

  assert.equal(sandbox.knownNode(), undefined)
})

test("a folder with somebody's files is left alone", (t) => {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'node'))

  assert.throws(() => new Sandbox(folder).take(process.pid), /holds something else/)
})

test('a second quickstart is told which process runs the first, and how to stop it', (t) => {
  const sandbox = new Sandbox(temporaryFolder(t))
  const first = process.ppid
  sandbox.take(first)
  writeServerJson(sandbox.serverDirectory)

  assert.throws(() => sandbox.take(process.pid), new RegExp(`already running \\(pid ${first}\\)[^]*kill ${first}\\n`))
})

test('what a killed quickstart left is taken over', (t) => {
  const sandbox = new Sandbox(temporaryFolder(t))
  sandbox.take(deadPid())
  writeServerJson(sandbox.serverDirectory, { pid: deadPid() })

  sandbox.take(process.pid)
})

test('a folder that cannot be made is told with what to do', (t) => {
  const file = join(temporaryFolder(t), 'file')
  writeFileSync(file, '')

  assert.throws(
    () => new Sandbox(join(file, 'below')).take(process.pid),
    /cannot be written\. Choose a folder of your own/,
  )
})

test('notes that are damaged do not stand in the way without a word', (t) => {
  const sandbox = new Sandbox(temporaryFolder(t))
  writeFileSync(join(sandbox.directory, 'quickstart.json'), '{')

  assert.throws(() => sandbox.take(process.pid), /rm -r /)
})
