import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { breaches, layers } from './layers.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('no file imports what its layer may not', () => {
  assert.deepEqual(breaches(root), [])
})

test('what is for tests may import the testkit, and the program may not import what is for tests', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-layers-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  write('packages/server/src/channels/testing/world.ts', "import { given } from '@fairlead/testkit/given'\n")
  write('packages/server/src/channels/channels.ts', "import { world } from './testing/world.ts'\n")
  write('packages/server/src/compose.ts', "import { given } from '@fairlead/testkit/given'\n")
  write('packages/server/src/domain/arn.ts', "import { given } from '@fairlead/testkit/given'\n")

  assert.deepEqual(
    breaches(folder).sort((one, other) => one.file.localeCompare(other.file)),
    [
      { file: 'packages/server/src/channels/channels.ts', imports: './testing/world.ts' },
      { file: 'packages/server/src/compose.ts', imports: '@fairlead/testkit/given' },
      { file: 'packages/server/src/domain/arn.ts', imports: '@fairlead/testkit/given' },
    ],
  )
})

test('ARCHITECTURE.md shows the same table of layers', () => {
  const text = readFileSync(`${root}ARCHITECTURE.md`, 'utf8')
  const shown = Object.fromEntries(
    [...text.matchAll(/^ {4}([a-z]+) +<- (.*)$/gm)].map(([, layer, list = '']) => [
      layer,
      list === 'nothing' ? [] : list === 'everything' ? ['*'] : list.split(', '),
    ]),
  )
  assert.deepEqual(shown, layers)
})
