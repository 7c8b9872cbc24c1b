import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planSteps } from './document.ts'
import { InvalidDocument } from './invalid-document.ts'

const step = { action: 'aws:runShellScript', name: 'run', inputs: { runCommand: ['true'] } }

test('a document of schema 1.2 gives a step for its plugin, named as the plugin', () => {
  const document = {
    schemaVersion: '1.2',
    parameters: { commands: { type: 'StringList' } },
    runtimeConfig: {
      'aws:runShellScript': { properties: [{ id: '0.aws:runShellScript', runCommand: '{{ commands }}' }] },
    },
  }

  const [planned] = planSteps(document, { commands: ['ls'] }, 'Linux')

  assert.equal(planned?.name, 'aws:runShellScript')
  assert.deepEqual(planned?.inputs['runCommand'], ['ls'])
})

test('a plugin with a list of inputs is one step that runs once for each, steered by none of them', () => {
  const properties = [{ id: 'a', onFailure: 'exit', timeoutSeconds: 9 }, { word: '{{ word }}' }]
  const runtimeConfig = { 'aws:x': { properties }, 'aws:y': { properties: '{{ all }}' }, 'aws:z': { properties: [{}] } }
  const given = { word: 'hi', all: [{ n: 1 }, { n: 2 }] }
  const steps = planSteps({ schemaVersion: '1.2', runtimeConfig }, given, 'Linux')

  assert.deepEqual(
    steps.map(({ name, runs }) => [name, runs?.map((run) => [run.name, run.inputs])]),
    [
      [
        'aws:x',
        [
          ['a', { id: 'a', timeoutSeconds: 9 }],
          ['1.aws:x', { word: 'hi' }],
        ],
      ],
      [
        'aws:y',
        [
          ['0.aws:y', { n: 1 }],
          ['1.aws:y', { n: 2 }],
        ],
      ],
      ['aws:z', undefined],
    ],
  )
})

const bad: Readonly<Record<string, unknown>> = {
  'no object': 'text',
  'no schema version': { mainSteps: [step] },
  'a session document': { schemaVersion: '1.0', sessionType: 'Port' },
  'no steps': { schemaVersion: '2.2', mainSteps: [] },
  'steps that are no list': { schemaVersion: '2.2', mainSteps: {} },
  'a step without a name': { schemaVersion: '2.2', mainSteps: [{ action: 'aws:x' }] },
  'two steps of one name': { schemaVersion: '2.2', mainSteps: [step, step] },
  'inputs that are no object': { schemaVersion: '2.2', mainSteps: [{ ...step, inputs: 'x' }] },
  'too many inputs of a plugin': {
    schemaVersion: '1.2',
    runtimeConfig: { 'aws:x': { properties: Array(65).fill({}) } },
  },
  'too many steps': {
    schemaVersion: '2.2',
    mainSteps: Array.from({ length: 65 }, (_, n) => ({ ...step, name: `s${n}` })),
  },
}

for (const [name, document] of Object.entries(bad)) {
  test(`a document with ${name} is refused`, () => {
    assert.throws(() => planSteps(document, {}, 'Linux'), InvalidDocument)
  })
}

test('a document that would become very long with its parameters is refused', () => {
  const given = { word: 'x'.repeat(65_536) }
  const stepOf = (count: number) => ({
    schemaVersion: '2.2',
    mainSteps: ['a', 'b'].map((name) => ({ ...step, name, inputs: { runCommand: Array(count).fill('{{ word }}') } })),
  })

  assert.throws(
    () => planSteps(stepOf(33), given, 'Linux'),
    new InvalidDocument('More than 4194304 characters would be filled into the document.'),
  )
  assert.equal(planSteps(stepOf(32), given, 'Linux').length, 2)
})
