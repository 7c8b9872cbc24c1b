import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidDocument, planSteps } from './document.ts'

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

test('several sets of properties of one plugin have names of their own', () => {
  const document = { schemaVersion: '1.2', runtimeConfig: { 'aws:x': { properties: [{ id: 'a' }, {}] } } }
  assert.deepEqual(
    planSteps(document, {}, 'Linux').map(({ name }) => name),
    ['a', '1.aws:x'],
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
