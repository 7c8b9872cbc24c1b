import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { codecs } from '@fairlead/wire/codec'
import { operations } from '../packages/server/src/operations/registry.ts'
import { coverageText } from './generate-coverage.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

test('docs/coverage.md says what the tables and the registry say', () => {
  assert.equal(readFileSync(`${root}docs/coverage.md`, 'utf8'), coverageText(), 'run tools/generate-coverage.ts')
})

test('every served operation is one of its service model', () => {
  for (const { service, name } of operations.values()) {
    assert.ok(codecs[service].operation(name), `${service}:${name}`)
  }
})
