import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DocumentShare } from '../../domain/document-share.ts'
import type { DocumentHead, DocumentVersion } from '../../domain/document-version.ts'
import type { DocumentStore } from '../document-store.ts'
import type { TagStore } from '../tag-store.ts'

const start = Date.parse('2026-01-01T00:00:00Z')

function sample(name: string, version = 1): { head: DocumentHead; version: DocumentVersion } {
  const createdAt = new Date(start + version)
  return {
    head: { name, type: 'Session', createdAt, defaultVersion: version, latestVersion: version, lastNumber: version },
    version: {
      name,
      version,
      versionName: undefined,
      displayName: undefined,
      targetType: undefined,
      format: 'JSON',
      content: `{"version":${version}}`,
      hash: `hash-${version}`,
      createdAt,
      schemaVersion: '1.0',
      platformTypes: ['Windows', 'Linux', 'MacOS'],
      requires: [],
      reviewStatus: undefined,
    },
  }
}

function share(sharedWith: string, version: DocumentShare['version'] = '$DEFAULT'): DocumentShare {
  return { sharedWith, version }
}

const many = 1000

/** What every implementation promises. `open` gives an empty store. */
export function documentStoreContract(open: () => { store: DocumentStore; tags: TagStore }): void {
  async function withDocument(name: string) {
    const opened = open()
    const { head, version } = sample(name)
    assert.equal(await opened.store.addDocument(head, version, {}, many), 'added')
    return { ...opened, head, version }
  }

  test('a document is read back as it was added, with its tags', async () => {
    const { store, tags } = open()
    const { head, version } = sample('first')
    const full = {
      ...version,
      versionName: 'one',
      displayName: 'First',
      targetType: '/AWS::EC2::Instance',
      format: 'YAML' as const,
      schemaVersion: '2.2',
      platformTypes: ['Linux' as const],
      requires: [{ name: 'other', version: '1' }],
    }
    await store.addDocument(head, full, { team: 'red' }, many)

    assert.deepEqual(await store.findDocument('first'), head)
    assert.deepEqual(await store.findVersion('first', 1), full)
    assert.deepEqual(await store.findVersionNamed('first', 'one'), full)
    assert.deepEqual(await store.findVersionOfHash('first', 'hash-1'), full)
    assert.deepEqual(await tags.tagsOf({ type: 'Document', id: 'first' }), { team: 'red' })
    assert.equal(await store.findDocument('second'), undefined)
    assert.equal(await store.findVersion('first', 2), undefined)
  })

  test('a name is taken once, and an account has no more documents than its limit', async () => {
    const { store, tags, head, version } = await withDocument('first')
    assert.equal(await store.addDocument(head, version, { team: 'blue' }, many), 'name-taken')
    assert.deepEqual(await tags.tagsOf({ type: 'Document', id: 'first' }), {})
    const second = sample('second')
    assert.equal(await store.addDocument(second.head, second.version, {}, 1), 'too-many')
    assert.equal(await store.findDocument('second'), undefined)
  })

  test('a new version is the latest and not the default; of two made at once the second is refused', async () => {
    const { store, head } = await withDocument('first')
    const { version } = sample('first', 2)
    assert.equal(await store.addVersion(head, version, many), 'added')
    assert.equal(await store.addVersion(head, version, many), 'changed-meanwhile')
    assert.partialDeepStrictEqual(await store.findDocument('first'), { defaultVersion: 1, latestVersion: 2 })
    assert.deepEqual(await store.findVersion('first', 2), version)
  })

  test('a name of a version is taken once per document, and versions have a limit', async () => {
    const { store, head } = await withDocument('first')
    const named = { ...sample('first', 2).version, versionName: 'two' }
    assert.equal(await store.addVersion(head, named, many), 'added')
    const after = { ...head, lastNumber: 2 }
    assert.equal(await store.addVersion(after, { ...named, version: 3 }, many), 'version-name-taken')
    assert.equal(await store.addVersion(after, sample('first', 3).version, 2), 'too-many')
    assert.partialDeepStrictEqual(await store.findDocument('first'), { latestVersion: 2, lastNumber: 2 })
  })

  test('any version that is there can be the default, which cannot be removed', async () => {
    const { store, head } = await withDocument('first')
    await store.addVersion(head, sample('first', 2).version, many)
    assert.equal(await store.setDefaultVersion('first', 2), true)
    assert.equal(await store.setDefaultVersion('first', 3), false)
    assert.equal(await store.setDefaultVersion('second', 1), false)
    assert.equal(await store.removeVersion('first', 2), 'is-default')
    assert.equal(await store.removeVersion('first', 1), 'removed')
    assert.equal(await store.removeVersion('first', 1), 'not-found')
  })

  test('the number of a version that was removed is not given again', async () => {
    const { store, head } = await withDocument('first')
    await store.addVersion(head, sample('first', 2).version, many)
    assert.equal(await store.removeVersion('first', 2), 'removed')
    assert.partialDeepStrictEqual(await store.findDocument('first'), { latestVersion: 1, lastNumber: 2 })
  })

  test('a document goes with its versions and tags, and its name is free again', async () => {
    const { store, tags, head, version } = await withDocument('first')
    await tags.addTags({ type: 'Document', id: 'first' }, { a: '1' }, 50)
    assert.equal(await store.removeDocument('first'), 'removed')
    assert.equal(await store.removeDocument('first'), 'not-found')
    assert.equal(await store.findVersion('first', 1), undefined)
    assert.deepEqual(await tags.tagsOf({ type: 'Document', id: 'first' }), {})
    assert.equal(await store.addDocument(head, version, {}, many), 'added')
  })

  test('versions are listed newest first, in pages without gaps', async () => {
    const { store, head } = await withDocument('first')
    for (const number of [2, 3]) {
      await store.addVersion({ ...head, lastNumber: number - 1 }, sample('first', number).version, many)
    }
    const newest = await store.listVersions('first', { limit: 2 })
    assert.deepEqual(newest.items, [sample('first', 3).version, sample('first', 2).version])
    const { items, next } = await store.listVersions('first', { limit: 2, after: newest.next })
    assert.deepEqual([items, next], [[sample('first').version], undefined])
  })

  test('a document that is shared stays, and goes with what was said of it', async () => {
    const { store } = await withDocument('first')
    const change = (added: readonly DocumentShare[], removed: readonly string[] = []) =>
      store.changeShares('first', added, removed, { shares: 2, public: 1 })
    assert.equal(await change([share('111111111111'), share('all', '$ALL')]), 'changed')
    assert.equal(await change([share('111111111111', '$LATEST'), share('222222222222')], ['all']), 'changed')
    assert.deepEqual(await store.sharesOf('first'), [share('111111111111', '$LATEST'), share('222222222222')])
    assert.equal(await change([share('333333333333')]), 'too-many')
    assert.equal(await store.removeDocument('first'), 'shared')
    assert.ok(await store.findVersion('first', 1))
    assert.equal(await change([], ['111111111111', '222222222222']), 'changed')
    assert.equal(await store.removeDocument('first'), 'removed')
    assert.equal(await change([share('111111111111')]), 'not-found')
    assert.deepEqual(await store.sharesOf('first'), [])
  })

  test('of two who share at once none passes a limit, and a document that is deleted meanwhile has no shares', async () => {
    const { store } = await withDocument('first')
    const second = sample('second')
    await store.addDocument(second.head, second.version, {}, many)
    const limits = { shares: 1, public: 1 }
    const both = await Promise.all(
      ['1', '2'].map((id) => store.changeShares('first', [share(id.repeat(12))], [], limits)),
    )
    assert.deepEqual(both, ['changed', 'too-many'])
    assert.deepEqual(await store.sharesOf('first'), [share('111111111111')])
    const isPublic = await Promise.all(
      ['first', 'second'].map((name) => store.changeShares(name, [share('all')], ['111111111111'], limits)),
    )
    assert.deepEqual(isPublic, ['changed', 'too-many-public'])
    const [outcome, late] = await Promise.all([
      store.removeDocument('second'),
      store.changeShares('second', [share('111111111111')], [], limits),
    ])
    assert.deepEqual([outcome, late], ['removed', 'not-found'])
    await store.addDocument(second.head, second.version, {}, many)
    assert.deepEqual(await store.sharesOf('second'), [])
  })

  test('reviews of a version are kept in order, and the newest gives it its status', async () => {
    const { store } = await withDocument('first')
    const at = new Date(start)
    const pending = { status: 'PENDING', reviewer: 'ann', comment: 'please', createdAt: at, updatedAt: at } as const
    const approved = { ...pending, status: 'APPROVED', comment: undefined } as const
    assert.equal(await store.saveReview('first', 2, { number: 1, last: 0 }, pending), 'not-found')
    assert.equal(await store.saveReview('first', 1, { number: 1, last: 0 }, pending), 'saved')
    const both = await Promise.all(
      [approved, { ...approved, status: 'REJECTED' as const }].map((review) =>
        store.saveReview('first', 1, { number: 2, last: 1 }, review),
      ),
    )
    assert.deepEqual(both, ['saved', 'changed-meanwhile'])
    assert.equal((await store.findVersion('first', 1))?.reviewStatus, 'APPROVED')
    assert.deepEqual(await store.lastReview('first', 1), { number: 2, review: approved })
    assert.equal(await store.lastReview('first', 2), undefined)
    const page = await store.listReviews('first', 1, { limit: 1 })
    assert.deepEqual(page.items, [pending])
    assert.deepEqual((await store.listReviews('first', 1, { limit: 9, after: page.next })).items, [approved])
    assert.deepEqual((await store.listReviews('first', 2, { limit: 9 })).items, [])
  })

  test('a listing is in the order of names, in pages without gaps, with default versions', async () => {
    const { store } = open()
    for (const name of ['b.2', 'a-1', 'B_1', 'ab']) {
      const { head, version } = sample(name)
      await store.addDocument(head, version, {}, many)
    }

    assert.deepEqual(await names(store), ['B_1', 'a-1', 'ab', 'b.2'])
    const [first] = (await store.listDocuments({ limit: 1 })).items
    assert.deepEqual(first, sample('B_1'))
  })
}

async function names(store: DocumentStore): Promise<string[]> {
  const found: string[] = []
  let after: string | undefined
  do {
    const page = await store.listDocuments({ limit: 2, after })
    found.push(...page.items.map(({ head }) => head.name))
    after = page.next
  } while (after !== undefined)
  return found
}
