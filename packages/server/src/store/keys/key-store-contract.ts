import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alias } from '../../domain/kms-alias.ts'
import { type Key, materialLength } from '../../domain/kms-key.ts'
import { rotatedKey } from '../../domain/kms-rotation.ts'
import type { KeyStore } from '../key-store.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const at = (days: number) => new Date(start + days * 86_400_000)
const material = new Uint8Array(materialLength).fill(7)

/** Key `n`, made on day 0. */
function sample(n: number, changes: Partial<Key> = {}): Key {
  return {
    keyId: `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`,
    description: `key é ${n}`,
    state: 'Enabled',
    policy: '{}',
    createdAt: at(0),
    deletionAt: undefined,
    material: { version: 1, id: 'a'.repeat(64) },
    rotation: undefined,
    version: 1,
    ...changes,
  }
}

function aliasTo({ keyId }: Key, aliasName: string): Alias {
  return { aliasName, keyId, createdAt: at(0), updatedAt: at(0) }
}

/** What every implementation promises. `open` gives an empty store and a look at all rows of a table. */
export function keyStoreContract(
  open: () => { store: KeyStore; rowsOf: (table: string) => Promise<readonly unknown[]> },
): void {
  test('a key is read back as it was added, and its material is sealed where it lies', async () => {
    const { store, rowsOf } = open()
    assert.equal(await store.addKey(sample(1), material, { a: 'b' }, 2), 'added')

    assert.deepEqual(await store.findKey(sample(1).keyId), sample(1))
    assert.deepEqual(await store.findMaterial(sample(1).keyId, 1), { id: 'a'.repeat(64), bytes: material })
    assert.equal(await store.findMaterial(sample(1).keyId, 2), undefined)
    assert.equal(await store.findKey(sample(2).keyId), undefined)
    const kept = JSON.stringify(await rowsOf('kms_materials'))
    for (const form of ['base64', 'hex'] as const)
      assert.ok(!kept.includes(Buffer.from(material).toString(form).slice(0, -4)), form)
    assert.equal((await rowsOf('tags')).length, 1)
  })

  test('there are no more keys than the limit', async () => {
    const { store, rowsOf } = open()
    await store.addKey(sample(1), material, {}, 1)

    assert.equal(await store.addKey(sample(2), material, { a: 'b' }, 1), 'too-many')
    assert.equal((await rowsOf('kms_materials')).length, 1)
    assert.equal((await rowsOf('tags')).length, 0)
  })

  test('of two who change a key as it was, the second is told', async () => {
    const { store } = open()
    const key = sample(1)
    await store.addKey(key, material, {}, 1)

    assert.equal(await store.saveKey(key, { ...key, state: 'Disabled', rotation: { days: 90, nextAt: at(90) } }), true)
    assert.equal(await store.saveKey(key, { ...key, description: 'lost' }), false)
    const saved = { ...key, state: 'Disabled', rotation: { days: 90, nextAt: at(90) }, version: 2 }
    assert.deepEqual(await store.findKey(key.keyId), saved)
  })

  test('rotation adds material and keeps the old; who was late adds none', async () => {
    const { store, rowsOf } = open()
    const key = sample(1, { rotation: { days: 90, nextAt: at(90) } })
    await store.addKey(key, material, {}, 1)
    await store.saveKey(sample(1), key)
    const [due] = await store.keysToRotate(at(90), 10)
    assert.ok(due)
    assert.deepEqual(await store.keysToRotate(at(89.9), 10), [])

    const randomBytes = (length: number) => new Uint8Array(length).fill(9)
    const { next, rotation } = rotatedKey(due, { type: 'AUTOMATIC', at: at(91), randomBytes })
    assert.equal(await store.rotateKey(due, next, rotation), 'rotated')
    assert.equal(await store.rotateKey(due, next, rotation), 'changed')

    const now = await store.findKey(key.keyId)
    assert.deepEqual(now?.material, { version: 2, id: '09'.repeat(32) })
    assert.deepEqual(now?.rotation, { days: 90, nextAt: at(181) })
    assert.deepEqual((await store.findMaterial(key.keyId, 1))?.bytes, material)
    assert.deepEqual((await store.findMaterial(key.keyId, 2))?.bytes, randomBytes(materialLength))
    const listed = await store.listMaterials(key.keyId, { limit: 1 })
    const rest = await store.listMaterials(key.keyId, { limit: 1, after: listed.next })
    assert.deepEqual(
      [...listed.items, ...rest.items].map(({ version, rotationType }) => [version, rotationType]),
      [
        [1, undefined],
        [2, 'AUTOMATIC'],
      ],
    )
    assert.equal(rest.next, undefined)
    const again = rotatedKey(now ?? key, { type: 'AUTOMATIC', at: at(92), randomBytes })
    assert.equal(await store.rotateKey(now ?? key, again.next, { ...again.rotation, limit: 1 }), 'too-many')
    assert.equal((await rowsOf('kms_materials')).length, 2)
  })

  test('a key is destroyed with all that is its own, unless its deletion was cancelled', async () => {
    const { store, rowsOf } = open()
    const [gone, saved] = [sample(1), sample(2)]
    for (const key of [gone, saved]) {
      await store.addKey(key, material, { a: 'b' }, 2)
      await store.aliases.addAlias(aliasTo(key, `alias/${key.keyId}`), 50)
      await store.saveKey(key, { ...key, state: 'PendingDeletion', deletionAt: at(7) })
    }
    const pending = await store.findKey(saved.keyId)
    assert.ok(pending)
    await store.saveKey(pending, { ...pending, state: 'Disabled', deletionAt: undefined })

    assert.deepEqual(await store.deleteDueKeys(at(6.9), 10), [])
    assert.deepEqual(await store.deleteDueKeys(at(7), 10), [gone.keyId])

    assert.equal(await store.findKey(gone.keyId), undefined)
    assert.equal(await store.findMaterial(gone.keyId, 1), undefined)
    for (const table of ['kms_keys', 'kms_materials', 'kms_aliases', 'tags'])
      assert.equal((await rowsOf(table)).length, 1, table)
  })

  test('an alias belongs to one key at a time, and to none that is going', async () => {
    const { store } = open()
    const [one, other, going] = [sample(1), sample(2), sample(3)]
    for (const key of [one, other, going]) await store.addKey(key, material, {}, 3)
    await store.saveKey(going, { ...going, state: 'PendingDeletion', deletionAt: at(7) })
    const { aliases } = store
    const alias = aliasTo(one, 'alias/a')

    assert.equal(await aliases.addAlias(alias, 1), 'added')
    assert.equal(await aliases.addAlias(aliasTo(other, 'alias/a'), 1), 'exists')
    assert.equal(await aliases.addAlias(aliasTo(one, 'alias/b'), 1), 'too-many')
    assert.equal(await aliases.addAlias(aliasTo(going, 'alias/b'), 1), 'no-key')
    assert.equal(await aliases.addAlias(aliasTo(sample(9), 'alias/b'), 1), 'no-key')
    await aliases.addAlias(aliasTo(other, 'alias/b'), 1)

    const moved = { ...alias, keyId: other.keyId, updatedAt: at(1) }
    assert.equal(await aliases.saveAlias(alias, moved, 1), 'too-many')
    assert.equal(await aliases.saveAlias(alias, { ...alias, keyId: going.keyId }, 9), 'no-key')
    assert.equal(await aliases.saveAlias(alias, moved, 2), 'saved')
    assert.equal(await aliases.saveAlias(alias, moved, 9), 'changed')
    assert.deepEqual(await aliases.findAlias('alias/a'), moved)

    const page = await aliases.listAliases(other.keyId, { limit: 1 })
    assert.deepEqual([page.items, page.next], [[moved], 'alias/a'])
    assert.equal((await aliases.listAliases(undefined, { limit: 10 })).items.length, 2)
    assert.equal(await aliases.removeAlias(alias), false)
    assert.equal(await aliases.removeAlias(moved), true)
    assert.equal(await aliases.findAlias('alias/a'), undefined)
  })
}
