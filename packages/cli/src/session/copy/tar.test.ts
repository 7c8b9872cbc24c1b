import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '../../testing/server-folder.ts'
import { archiveOf, scanTree } from './local-tree.ts'
import { padding, tarEnd, tarHeader } from './tar-header.ts'
import { type ReadEntry, TarError, TarReader } from './tar-reader.ts'

interface Read {
  readonly entry: ReadEntry
  readonly content: Buffer
}

function read(archive: Buffer, cut = 1_000): { files: Read[]; hasEnded: boolean } {
  const files: Read[] = []
  const chunks: Buffer[] = []
  let current: ReadEntry | undefined
  const reader = new TarReader({
    onEntry: (entry) => {
      current = entry
    },
    onContent: (bytes) => chunks.push(Buffer.from(bytes)),
    onEntryEnd: () => {
      if (current !== undefined) files.push({ entry: current, content: Buffer.concat(chunks.splice(0)) })
    },
  })
  for (let at = 0; at < archive.length; at += cut) reader.take(archive.subarray(at, at + cut))
  return { files, hasEnded: reader.hasEnded }
}

test('what is written is read again, with names of any length and wherever the bytes are cut', () => {
  const name = fc
    .string({ minLength: 1, maxLength: 300 })
    .filter((text) => !text.includes('\0') && Buffer.from(text).toString() === text)
  const file = fc.record({ name, content: fc.uint8Array({ maxLength: 1_200 }), mode: fc.nat(0o777) })
  fc.assert(
    fc.property(fc.array(file, { maxLength: 5 }), fc.integer({ min: 1, max: 2_000 }), (files, cut) => {
      const blocks = files.flatMap(({ name, content, mode }) => [
        tarHeader({ name, kind: 'file', mode, length: content.length, changedAt: 1 }),
        Buffer.from(content),
        padding(content.length),
      ])
      const got = read(Buffer.concat([...blocks, tarEnd]), cut)
      assert.ok(got.hasEnded)
      assert.deepEqual(
        got.files.map(({ entry, content }) => ({ name: entry.name, content: [...content], mode: entry.mode })),
        files.map(({ name, content, mode }) => ({ name, content: [...content], mode })),
      )
    }),
    { numRuns: 60 },
  )
})

test('archives of tar are read in each of its formats, and tar reads ours', (t) => {
  const folder = temporaryFolder(t)
  const long = 'd'.repeat(90)
  mkdirSync(join(folder, 'in', long, long), { recursive: true })
  writeFileSync(join(folder, 'in', long, long, 'größe'), 'deep')
  writeFileSync(join(folder, 'in', 'empty'), '')
  writeFileSync(join(folder, 'in', 'script'), '#!/bin/sh\n', { mode: 0o750 })
  linkSync(join(folder, 'in', 'script'), join(folder, 'in', 'twin'))
  symlinkSync('script', join(folder, 'in', 'soft'))

  for (const format of ['gnu', 'pax', 'ustar']) {
    const archive = execFileSync('tar', ['-chf', '-', `--format=${format}`, '-C', join(folder, 'in'), '.'])
    const { files, hasEnded } = read(archive)
    assert.ok(hasEnded)
    const found = files.find(({ entry }) => entry.name === `./${long}/${long}/größe`)
    assert.equal(found?.content.toString(), 'deep', format)
    assert.equal(files.find(({ entry }) => entry.name === './script')?.entry.mode, 0o750)
    assert.equal(files.filter(({ entry }) => entry.kind === 'link').length > 0, true)
  }

  const tree = scanTree(join(folder, 'in'))
  const archive = Buffer.concat([...archiveOf(tree, () => assert.fail('nothing changes here'))])
  assert.equal(archive.length, tree.length)
  mkdirSync(join(folder, 'out'))
  execFileSync('tar', ['-xpof', '-', '-C', join(folder, 'out')], { input: archive })
  assert.equal(readFileSync(join(folder, 'out', long, long, 'größe'), 'utf8'), 'deep')
  assert.equal(readFileSync(join(folder, 'out', 'soft'), 'utf8'), '#!/bin/sh\n')
})

test('a file that becomes shorter is filled up, so that the archive stays in step, and told of', (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'log'), 'x'.repeat(10_000))
  const tree = scanTree(folder)
  writeFileSync(join(folder, 'log'), 'x')
  const changed: string[] = []
  assert.equal(Buffer.concat([...archiveOf(tree, (path) => changed.push(path))]).length, tree.length)
  assert.deepEqual(changed, [join(folder, 'log')])
})

test('a folder that is within itself is refused, and what is no file is passed over', (t) => {
  const folder = temporaryFolder(t)
  execFileSync('mkfifo', [join(folder, 'pipe')])
  assert.deepEqual(scanTree(folder).passedOver, [join(folder, 'pipe')])
  symlinkSync('.', join(folder, 'again'))
  assert.throws(() => scanTree(folder), /within itself/)
})

test('bytes that are no archive are refused and nothing else happens', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 512, maxLength: 1_500 }), (bytes) => {
      if (bytes.subarray(0, 512).every((byte) => byte === 0)) return
      assert.throws(() => read(Buffer.from(bytes)), TarError)
    }),
  )
})
