import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FakeControlPlane } from '@fairlead/testkit/fake-control-plane'
import { givenAgent } from '@fairlead/testkit/given-agent'
import { untilThere } from '@fairlead/testkit/until-there'

const shell = 'aws:runShellScript'
const run = (...runCommand: readonly string[]) => ({ runCommand, onFailure: 'exit' })
const send = (server: FakeControlPlane, properties: unknown, more: object = {}) =>
  server.sendCommand({
    steps: [],
    document: { schemaVersion: '1.2', runtimeConfig: { [shell]: { properties }, ...more } },
  })

test('the runs of one plugin are one result of its name: all run, the first code counts and the worst status', async (t) => {
  const { server } = await givenAgent(t)

  const end = await server.endOf(send(server, [run('echo a'), run('echo b; echo B >&2; exit 7'), run('exit 3')]))

  assert.equal(end.content.documentStatus, 'Failed')
  assert.deepEqual([...end.content.plugins.keys()], [shell])
  const result = end.content.plugins.get(shell)
  assert.deepEqual([result?.status, result?.code, result?.name], ['Failed', 7, shell])
  assert.equal(result?.standardOutput, 'a\nb\n')
  assert.equal(result?.standardError, 'B\nfailed to run commands: exit status 7\nfailed to run commands: exit status 3')
})

test('a code that skips the rest skips the plugins that follow, and no run of its own plugin', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)
  const path = join(stateDirectory, 'never')
  const skipped = { 'aws:downloadContent': { properties: { sourceType: 'HTTP', destinationPath: path } } }

  const end = await server.endOf(send(server, [run('exit 168'), run('echo b')], skipped))

  assert.equal(end.content.documentStatus, 'Success')
  const results = new Map(server.replies.flatMap(({ content }) => [...content.plugins]))
  assert.equal(results.get(shell)?.status, 'Success')
  assert.match(results.get(shell)?.standardOutput ?? '', /^b$/m)
  assert.equal(results.get('aws:downloadContent')?.status, 'Skipped')
})

test('an agent that is killed between the runs carries on there, and a restart of the node runs its own run again', async (t) => {
  const { server, stateDirectory, restart } = await givenAgent(t)
  const [marks, go, restarting] = ['marks', 'go', 'restarting'].map((name) => join(stateDirectory, name))
  await restart({ boot: 'first', rebootCommand: ['/bin/touch', restarting ?? ''] })
  const commandId = send(server, [
    run(`echo one >> ${marks}; echo one`),
    run(`echo two >> ${marks}; ${untilThere(go ?? '')}; [ -e ${restarting} ] || exit 194; echo two`),
    run(`echo three >> ${marks}; echo three`),
  ])
  await server.until('the second run', () => textOf(marks) === 'one\ntwo\n', 30_000, 5)

  await restart({ boot: 'first', rebootCommand: ['/bin/touch', restarting ?? ''] })
  writeFileSync(go ?? '', '')
  await server.until('the restart', () => existsSync(restarting ?? ''), 30_000, 5)
  await restart({ boot: 'second' })
  const end = await server.endOf(commandId)

  assert.equal(end.content.documentStatus, 'Success')
  assert.equal(end.content.plugins.get(shell)?.standardOutput, 'one\ntwo\nthree\n')
  assert.equal(textOf(marks), 'one\ntwo\ntwo\nthree\n')
})

function textOf(path: string | undefined): string {
  return path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : ''
}
