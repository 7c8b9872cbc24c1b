import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { actionNamesText } from './generate-action-names.ts'

test('names are cut after their first word, and those of one word stay whole', () => {
  const names = new Map([
    ['tiny', ['PutObject', 'GetObject', 'Publish', 'GetTopic']],
    ['another', ['GetThing']],
  ])

  assert.deepEqual(JSON.parse(actionNamesText(names, 'somewhere 1.2.3')), {
    source: 'somewhere 1.2.3',
    words: 'Get Put',
    services: { another: 'Thing:a', tiny: 'Publish Object:ab Topic:a' },
  })
})

test('the committed names are what the generator writes', () => {
  execFileSync(process.execPath, [join(import.meta.dirname, 'generate-action-names.ts'), '--check'])
})
