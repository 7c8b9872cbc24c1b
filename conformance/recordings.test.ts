import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '@fairlead/testkit/eventually'
import { runNode } from '@fairlead/testkit/running-node'
import { runServer } from '@fairlead/testkit/running-server'
import { HeldClient } from './clients/held-client.ts'

const entry = fileURLToPath(new URL('../bin/fairlead.mjs', import.meta.url))
const environment = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', TZ: 'UTC' }

test('what was seen of a shell is recorded, and nothing twice, though the server is killed twice meanwhile', async (t) => {
  const server = await runServer(t)
  const { nodeId } = await runNode(t, server)
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-recordings-'))
  t.after(async () => rmSync(folder, { recursive: true, force: true }))
  const run = (...words: string[]) =>
    new HeldClient(t, [process.execPath, entry, ...words, '--data-dir', server.dataDir], environment)

  const shell = run('shell', nodeId)
  const [, sessionId = ''] = await shell.untilSays(/SessionId: (\S+)/)
  shell.write('n=0; while [ $n -lt 150 ]; do echo "märk <$n>"; n=$((n+1)); sleep 0.02; done; echo over-$((6*7))\n')
  let seenUntil = 0
  for (const mark of [20, 60]) {
    await shell.untilSays(new RegExp(`märk <${mark}>`))
    const seen = shell.said
    await server.kill()
    await server.start()
    const file = join(folder, `at-${mark}.cast`)
    assert.equal(await run('recordings', 'export', sessionId, '-o', file).ended(), 0)
    assert.ok(outputOf(file).startsWith(seen), `what was seen until ${mark} is in what was recorded`)
    assert.ok(seen.length > seenUntil)
    seenUntil = seen.length
  }
  await shell.untilSays(/over-42/)
  shell.write('exit\n')
  assert.equal(await shell.ended(), 0)

  const state = await eventually(async () => {
    const list = run('recordings', 'ls', '--json')
    await list.ended()
    const [recording] = JSON.parse(list.said)
    return recording.Status === 'Recording' ? undefined : recording.Status
  }, 'the recording has ended')
  const file = join(folder, 'whole.cast')
  assert.equal(await run('recordings', 'export', sessionId, '-o', file).ended(), 0)
  assert.equal(outputOf(file), shell.said)
  assert.equal(state, 'Recorded')
  const times = linesOf(file).map(([at]) => at)
  assert.ok((times.at(-1) ?? 0) > 3, 'the times go on over the kills')
  assert.deepEqual(
    times,
    times.toSorted((one, other) => one - other),
  )
})

function linesOf(file: string): readonly (readonly [number, string, string])[] {
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line))
}

function outputOf(file: string): string {
  return linesOf(file)
    .flatMap(([, code, data]) => (code === 'o' ? [data] : []))
    .join('')
}
