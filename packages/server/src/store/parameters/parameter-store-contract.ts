import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hint } from '../../domain/hint.ts'
import type { Parameter } from '../../domain/ssm-parameter.ts'
import type { ParameterPolicy } from '../../domain/ssm-parameter-policy.ts'
import type { ParameterStore } from '../parameter-store.ts'

const at = new Date(1_000)

function sample(name: string, more: Partial<Parameter> = {}): Parameter {
  return {
    name,
    version: 1,
    type: 'String',
    tier: 'Standard',
    value: 'v',
    keyId: undefined,
    description: undefined,
    allowedPattern: undefined,
    dataType: 'text',
    policies: [],
    modifiedAt: at,
    modifiedBy: 'arn:aws:iam::1:user/alice',
    ...more,
  }
}

const policy = (type: ParameterPolicy['type'], dueMs: number): ParameterPolicy => ({
  type,
  text: '{}',
  dueAt: new Date(dueMs),
  isDone: false,
})

/** What every implementation promises. `open` gives a fresh, empty store and what it has announced. */
export function parameterStoreContract(open: () => { store: ParameterStore; hints: readonly Hint[] }): void {
  test('a parameter is kept whole, once, and up to a limit of its tier', async () => {
    const { store } = open()
    const whole = sample('/a/b', {
      type: 'SecureString',
      tier: 'Advanced',
      keyId: 'alias/k',
      description: 'd',
      allowedPattern: '.*',
      policies: [policy('Expiration', 5_000)],
    })

    assert.equal(await store.addParameter(whole, { a: '1' }, 1), 'added')
    assert.deepEqual(await store.findParameter('a/b'), whole)
    assert.equal(await store.addParameter(whole, {}, 9), 'exists')
    assert.equal(await store.addParameter(sample('x', { tier: 'Advanced' }), {}, 1), 'too-many')
    assert.equal(await store.addParameter(sample('x'), {}, 1), 'added')
    assert.equal(await store.countOfTier('Standard'), 1)
    assert.equal(await store.findParameter('none'), undefined)
  })

  test('a version comes after the one that was read, and the oldest goes unless it has a label', async () => {
    const { store } = open()
    const [one, two, three] = [1, 2, 3].map((version) => sample('p', { version, value: `${version}` }))
    assert.ok(one && two && three)
    const limits = { versions: 2, ofTier: 9 }
    await store.addParameter(one, {}, 9)
    assert.equal(await store.addVersion(one, two, limits), 'added')
    assert.equal(await store.addVersion(one, two, limits), 'changed')
    await store.addLabels(one, ['l'], { limit: 9, at })
    assert.deepEqual(await store.addVersion(two, three, limits), { keptVersion: 1 })
    assert.deepEqual(await store.findLabelled('p', 'l'), one)
    assert.deepEqual(await store.removeLabels(one, ['l', 'm']), ['l'])
    assert.equal(await store.addVersion(two, three, limits), 'added')
    assert.equal(await store.findVersion('p', 1), undefined)
    assert.deepEqual(await store.findParameter('p'), three)
    const page = await store.listVersions('p', { limit: 1 })
    assert.deepEqual(page, { items: [{ parameter: two, labels: [] }], next: '2' })
    assert.deepEqual(await store.listVersions('p', { limit: 1, after: '2' }), {
      items: [{ parameter: three, labels: [] }],
    })
  })

  test('of two who change their tier at once none passes its limit', async () => {
    const { store } = open()
    const names = ['a', 'b']
    for (const name of names) await store.addParameter(sample(name), {}, 9)
    const limits = { versions: 9, ofTier: 1 }
    const outcomes = await Promise.all(
      names.map((name) => store.addVersion(sample(name), sample(name, { version: 2, tier: 'Advanced' }), limits)),
    )
    assert.deepEqual(outcomes, ['added', 'too-many'])
    assert.deepEqual(await store.findParameter('b'), sample('b'))
    assert.equal(await store.findVersion('b', 2), undefined)
    const [third, fourth] = [3, 4].map((version) => sample('a', { version, tier: 'Advanced' }))
    assert.ok(third && fourth)
    assert.equal(await store.addVersion(sample('a', { version: 2, tier: 'Advanced' }), third, limits), 'added')
    assert.equal(await store.addVersion(sample('b', { version: 9 }), fourth, limits), 'changed')
  })

  test('labels are added all or none, and move', async () => {
    const { store } = open()
    const one = sample('p')
    const two = { ...one, version: 2 }
    await store.addParameter(one, {}, 9)
    await store.addVersion(one, two, { versions: 9, ofTier: 9 })
    assert.equal(await store.addLabels(one, ['a', 'b'], { limit: 2, at }), 'added')
    assert.equal(await store.addLabels(two, ['a', 'c', 'd'], { limit: 2, at }), 'too-many')
    assert.equal(await store.addLabels({ ...one, version: 3 }, ['a'], { limit: 2, at }), 'no-version')
    assert.equal(await store.addLabels(two, ['a', 'c'], { limit: 2, at }), 'added')
    const { items } = await store.listVersions('p', { limit: 9 })
    assert.deepEqual(
      items.map(({ labels }) => labels),
      [['b'], ['a', 'c']],
    )
  })

  test('listings are cut by prefix and by parent, page by page', async () => {
    const { store } = open()
    for (const name of ['/a/b', '/a/b/c', '/a_b/d', 'a', '/ab']) await store.addParameter(sample(name), {}, 9)
    const names = async (...ask: Parameters<ParameterStore['listParameters']>) => {
      const { items, next } = await store.listParameters(...ask)
      return [...items.map(({ name }) => name), ...(next === undefined ? [] : [`then ${next}`])]
    }

    assert.deepEqual(await names({}, { limit: 9 }), ['a', '/a/b', '/a/b/c', '/a_b/d', '/ab'])
    assert.deepEqual(await names({}, { limit: 2, after: 'a' }), ['/a/b', '/a/b/c', 'then a/b/c'])
    assert.deepEqual(await names({ prefix: 'a/' }, { limit: 9 }), ['/a/b', '/a/b/c'])
    assert.deepEqual(await names({ prefix: 'a/' }, { limit: 9, after: 'a/b' }), ['/a/b/c'])
    await store.addLabels(sample('/a/b/c'), ['l', 'm'], { limit: 9, at })
    await store.addLabels(sample('/ab'), ['m'], { limit: 9, at })
    assert.deepEqual(await names({ labels: ['l', 'm'] }, { limit: 1 }), ['/a/b/c', 'then a/b/c'])
    assert.deepEqual(await names({ labels: ['l', 'm'] }, { limit: 1, after: 'a/b/c' }), ['/ab'])
    assert.deepEqual(await names({ labels: ['l'], prefix: 'ab' }, { limit: 9 }), [])
    assert.deepEqual(await names({ parent: 'a' }, { limit: 9 }), ['/a/b'])
    assert.deepEqual(await names({ parent: '' }, { limit: 1 }), ['a', 'then a'])
  })

  test('due policies are found in order, saved once, and an expired parameter goes with all that it had', async () => {
    const { store, hints } = open()
    const note = policy('NoChangeNotification', 2_000)
    const end = policy('Expiration', 3_000)
    const parameter = sample('p', { tier: 'Advanced', policies: [note, end] })
    await store.addParameter(parameter, {}, 9)
    await store.addParameter(sample('q', { tier: 'Advanced', policies: [policy('Expiration', 1_500)] }), {}, 9)
    const due = async (ms: number) => (await store.dueParameters(new Date(ms), 9)).map(({ name }) => name)

    assert.deepEqual(await due(1_499), [])
    assert.deepEqual(await due(2_000), ['q', 'p'])
    const policies = [{ ...note, isDone: true }, end]
    assert.equal(await store.savePolicies(parameter, policies, { all: [note], at }), true)
    assert.deepEqual((await store.findParameter('p'))?.policies, policies)
    assert.deepEqual(await due(2_999), ['q'])
    const next = { ...parameter, version: 2 }
    await store.addVersion(parameter, next, { versions: 9, ofTier: 9 })
    assert.equal(await store.savePolicies(parameter, [], { all: [end], at }), false)
    await store.addLabels(next, ['l'], { limit: 9, at })
    assert.equal(await store.savePolicies(next, [], { all: [end], at }), true)
    assert.equal(await store.findParameter('p'), undefined)
    assert.equal(await store.removeParameter(next, at), false)
    await store.addParameter(sample('p'), {}, 9)
    assert.equal(await store.findLabelled('p', 'l'), undefined)
    assert.deepEqual(
      hints.flatMap((hint) => (hint.kind === 'parameter-policy' ? [hint.policy] : [])),
      ['NoChangeNotification', 'Expiration'],
    )
    assert.deepEqual(
      hints.flatMap((hint) => (hint.kind === 'parameter' && hint.name === 'p' ? [hint.operation] : [])),
      ['Create', 'Update', 'LabelParameterVersion', 'Delete', 'Create'],
    )
  })
}
