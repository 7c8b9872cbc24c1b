import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { breaches, layers } from './layers.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('no file imports what its layer may not', () => {
  assert.deepEqual(breaches(root), [])
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
