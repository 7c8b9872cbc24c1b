import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillPlaceholders } from './fill-placeholders.ts'
import { newSessionId, sessionAlias } from './session-id.ts'
import { resolveSession } from './session-plan.ts'

test('a value is put in once and never looked at again', () => {
  const filled = fillPlaceholders(
    { whole: '{{ a }}', within: 'x{{a}}y{{ b }}z', list: ['{{b}}'], unknown: '{{ c }}', kept: 7 },
    { a: '{{ b }}', b: ['one', 'two'] },
  )
  assert.deepEqual(filled, {
    whole: '{{ b }}',
    within: 'x{{ b }}y["one","two"]z',
    list: [['one', 'two']],
    unknown: '{{ c }}',
    kept: 7,
  })
})

test('what is named like a part of the language is a name like any other', () => {
  const parameters = Object.fromEntries([['__proto__', 'mine']])
  assert.equal(fillPlaceholders('{{ __proto__ }} {{ constructor }}', parameters), 'mine {{ constructor }}')
})

test('values cannot grow without limit by being named often', () => {
  const parameters = { a: 'x'.repeat(60_000) }
  assert.throws(() => fillPlaceholders('{{ a }}-'.repeat(2000), parameters), { code: 'InvalidParameters' })
})

test('a value that is right for its parameter and wrong in its place is refused', () => {
  const value = {
    schemaVersion: '1.0',
    sessionType: 'Standard_Stream',
    parameters: { minutes: { type: 'String', default: '5' }, user: { type: 'String', default: '' } },
    inputs: { runAsEnabled: true, runAsDefaultUser: '{{ user }}', idleSessionTimeout: '{{ minutes }}' },
  }
  const resolve = (given: Record<string, string[]>) => resolveSession({ name: 'Mine', value }, given)

  assert.equal(resolve({ user: ['worker'] }).inputs?.runAsDefaultUser, 'worker')
  assert.equal(resolve({}).inputs?.idleSessionTimeout, '5')
  const refused = { code: 'InvalidParameters', message: /document Mine is not valid.*inputs\.idleSessionTimeout/ }
  assert.throws(() => resolve({ minutes: ['61'] }), refused)
  assert.throws(() => resolve({ user: ['{{ minutes }}'] }), { code: 'InvalidParameters' })
})

test('a session is named after its owner, and after the id of its owner', () => {
  const sessionId = newSessionId('web-admin', () => '0123456789abcdef01')
  assert.equal(sessionId, 'web-admin-0123456789abcdef0')
  assert.equal(sessionAlias({ sessionId, ownerUserId: 'AROAX:web-admin' }), 'AROAX:web-admin-0123456789abcdef0')
})
