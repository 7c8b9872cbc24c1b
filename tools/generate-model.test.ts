import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Model } from '../packages/wire/src/model/model.ts'
import { generatedFiles, readModel, serviceTables } from './generate-model.ts'
import { type BotocoreModel, compactModel } from './model/compact.ts'
import { modelJson } from './model/model-json.ts'
import { modelTypes } from './model/model-types.ts'

const source: BotocoreModel = {
  metadata: { apiVersion: '1', endpointPrefix: 'tiny', protocol: 'json', targetPrefix: 'Tiny' },
  operations: {
    Ask: {
      http: { method: 'POST', requestUri: '/' },
      input: { shape: 'AskRequest' },
      errors: [{ shape: 'GoneException' }, { shape: 'Broken' }],
    },
  },
  shapes: {
    AskRequest: {
      type: 'structure',
      required: ['Name'],
      members: {
        Name: { shape: 'Name' },
        Sizes: { shape: 'Sizes' },
        At: { shape: 'At' },
        Next: { shape: 'AskRequest' },
      },
    },
    Name: { type: 'string', min: 1, pattern: "[a-z']+" },
    Sizes: { type: 'map', key: { shape: 'Name' }, value: { shape: 'SizeList' } },
    SizeList: { type: 'list', member: { shape: 'Size' } },
    Size: { type: 'string', enum: ['S', "L'"] },
    At: { type: 'timestamp' },
    Unused: { type: 'string' },
    GoneException: { type: 'structure', members: {}, error: { code: 'Gone', httpStatusCode: 410, senderFault: true } },
    Broken: { type: 'structure', members: {}, fault: true },
  },
}

test('a table holds what operations reach, and errors by their code', () => {
  const model = compactModel(source, new Set(['Ask']), '1.2.3')

  assert.deepEqual(Object.keys(model.shapes), ['AskRequest', 'At', 'Name', 'Size', 'SizeList', 'Sizes'])
  assert.deepEqual(model.operations, { Ask: { input: 'AskRequest', errors: ['Gone', 'Broken'], paginated: true } })
  assert.deepEqual(model.errors, {
    Broken: { status: 500, senderFault: false },
    Gone: { status: 410, senderFault: true },
  })
  assert.deepEqual(JSON.parse(modelJson(model)), model)
})

test('a service of a protocol that is not spoken here is refused', () => {
  const other = { ...source, metadata: { ...source.metadata, protocol: 'rest-xml' } }
  assert.throws(() => compactModel(other, new Set(), '1.2.3'), /tiny speaks rest-xml/)
})

test('types name what is required, and hold values as the codecs give them', () => {
  const types = modelTypes(compactModel(source, new Set(), '1.2.3'), 'Tiny', 'botocore 1.2.3')

  assert.match(types, /readonly Name: string\n/)
  assert.match(types, /readonly Sizes\?: Readonly<Record<string, readonly Size\[\]>> \| undefined\n/)
  assert.match(types, /readonly At\?: Date \| undefined\n {2}readonly Next\?: AskRequest \| undefined\n/)
  assert.match(types, /export type Size =\n {2}\| 'S'\n {2}\| 'L\\''/)
  assert.match(types, /readonly Ask: \{ readonly input: AskRequest; .*; readonly errors: 'Gone' \| 'Broken' \}/)
})

test('the committed files are what the generator writes from the committed tables', () => {
  for (const [service, path] of serviceTables()) {
    const model: Model = readModel(path)
    for (const [file, text] of generatedFiles(service, model)) {
      assert.ok(readFileSync(file, 'utf8') === text, `run tools/generate-model.ts: ${file} differs`)
    }
  }
})

test('every table says which botocore it was made from, or was written by hand', () => {
  for (const [service, path] of serviceTables()) {
    const generated = path.includes(join('model', 'generated'))
    assert.equal(readModel(path).botocore !== undefined, generated, service)
  }
})
