import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CliError } from '../../cli-error.ts'
import { givenNode } from '../../testing/given-node.ts'
import { temporaryFolder } from '../../testing/server-folder.ts'
import { testSurroundings } from '../../testing/test-surroundings.ts'
import { copyCommand } from './copy-command.ts'

test('fairlead cp', async (t) => {
  const { server, nodeId } = await givenNode(t)
  const folder = temporaryFolder(t)
  const { dataDir } = server
  const copy = async (from: string, to: string, recursive = false) => {
    // No time passes, so there is no progress to tell of.
    const surroundings = testSurroundings({ workingDirectory: folder, elapsed: () => 0 })
    const status = await copyCommand(from, to, { dataDir, recursive }, surroundings)
    return { status, complained: surroundings.complained() }
  }
  const there = (path: string) => `${nodeId}:${join(folder, path)}`

  await t.test('a file goes there and comes back byte for byte, with its mode', async () => {
    // Every byte that a terminal could stumble over.
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const bytes = Buffer.concat([Buffer.of(3, 4, 10, 13, 17, 19), all, randomBytes(2_000_000), Buffer.of(10)])
    writeFileSync(join(folder, 'it’s a file'), bytes)
    chmodSync(join(folder, 'it’s a file'), 0o640)
    assert.deepEqual(await copy('it’s a file', there('up')), { status: 0, complained: '' })
    assert.deepEqual(await copy(there('up'), 'down'), { status: 0, complained: '' })
    assert.ok(readFileSync(join(folder, 'down')).equals(bytes))
    assert.equal(statSync(join(folder, 'down')).mode & 0o777, 0o640)
  })

  await t.test('the node may be given by its tag Name', async () => {
    const Tags = [{ Key: 'Name', Value: 'the db' }]
    await server.root.call('ssm', 'AddTagsToResource', { ResourceType: 'ManagedInstance', ResourceId: nodeId, Tags })
    assert.deepEqual(await copy(`the db:${join(folder, 'up')}`, 'named'), { status: 0, complained: '' })
    await assert.rejects(copy('no db:/x', 'named'), /There is no node no db\./)
  })

  await t.test('a folder does too, with links as what they lead to, and into a folder that exists', async () => {
    mkdirSync(join(folder, 'tree/sub'), { recursive: true })
    writeFileSync(join(folder, 'tree/empty'), '')
    writeFileSync(join(folder, 'tree/sub/run'), 'x', { mode: 0o700 })
    symlinkSync('sub/run', join(folder, 'tree/link'))
    mkdirSync(join(folder, 'place'))
    assert.equal((await copy('tree', there('place'), true)).status, 0)
    assert.equal((await copy(there('place/tree'), 'back', true)).status, 0)
    assert.equal(readFileSync(join(folder, 'back/link'), 'utf8'), 'x')
    assert.equal(statSync(join(folder, 'back/sub/run')).mode & 0o777, 0o700)
    assert.equal(statSync(join(folder, 'back/empty')).size, 0)
  })

  await t.test('a name that a shell would carry out, or lose a part of, is a name like any other', async () => {
    mkdirSync(join(folder, 'names'))
    const name = '-e $(touch owned)`touch owned`"\'\\*; {{ command }}\nnext\n'
    writeFileSync(join(folder, name), 'content')
    assert.deepEqual(await copy(`./${name}`, there('names')), { status: 0, complained: '' })
    writeFileSync(join(folder, 'names', name.slice(0, -1)), 'another')
    assert.deepEqual(await copy(there(`names/${name}`), 'named'), { status: 0, complained: '' })
    assert.equal(readFileSync(join(folder, 'named'), 'utf8'), 'content')
  })

  await t.test('files that say they are empty, and are not, come whole; what has no end is refused', async () => {
    assert.deepEqual(await copy(`${nodeId}:/proc/self/limits`, 'limits'), { status: 0, complained: '' })
    assert.match(readFileSync(join(folder, 'limits'), 'utf8'), /^Limit .*\n(?:.+\n)+$/)
    const { status, complained } = await copy(`${nodeId}:/dev/zero`, 'zeros')
    assert.equal(status, 1)
    assert.match(complained, /is no file and no folder/)
  })

  await t.test('names that cannot be told apart here are refused', async () => {
    mkdirSync(join(folder, 'bytes'))
    for (const byte of [0xfe, 0xff])
      writeFileSync(Buffer.concat([Buffer.from(join(folder, 'bytes/')), Buffer.of(byte)]), 'x')
    const { status, complained } = await copy(there('bytes'), 'bytes-here', true)
    assert.equal(status, 1)
    assert.match(complained, /no UTF-8/)
  })

  await t.test('what a node complains of cannot speak to the terminal', async () => {
    const { status, complained } = await copy('down', there('no\x1b]0;title\x07\u009b31m/x'))
    assert.equal(status, 1)
    assert.match(complained, /no.*title.*\/x/)
    assert.doesNotMatch(complained, /[^\P{Cc}\n]/u)
  })

  await t.test('what cannot be done is told, with status 1', async () => {
    for (const [from, to, why] of [
      [there('nothing'), 'x', /nothing does not exist on the node/],
      [there('tree'), 'x', /is a folder: -r/],
      ['down', there('nothing/x'), /nothing\/x/],
      [there('down'), 'nothing/x', /ENOENT/],
    ] as const) {
      const { status, complained } = await copy(from, to)
      assert.equal(status, 1, complained)
      assert.match(complained, why)
    }
    await assert.rejects(copy('tree', there('x')), CliError)
    await assert.rejects(copy('nothing', there('x')), CliError)
  })
})
