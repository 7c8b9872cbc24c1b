import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Recording } from '../../domain/recording.ts'
import type { RecordingFilter, RecordingStore } from '../recording-store.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1000)

/** Recording `n`, begun at second `n`. */
function sample(n: number, changes: Partial<Recording> = {}): Recording {
  return {
    sessionId: `alice-${String(n).padStart(17, '0')}`,
    nodeId: 'mi-00000000000000001',
    ownerArn: 'arn:aws:iam::123456789012:user/alice',
    ownerUserId: 'AIDAEXAMPLE',
    ownerName: 'alice',
    documentName: 'SSM-SessionManagerRunShell',
    sessionType: 'Standard_Stream',
    tags: { 'aws:ssmmessages:target-id': 'mi-00000000000000001' },
    startedAt: at(n),
    endedAt: undefined,
    refusal: undefined,
    file: `file-${n}`,
    sealedKey: Buffer.from([0, 255, n]),
    hasInput: false,
    bytes: 0,
    lostBytes: 0,
    isCut: false,
    ...changes,
  }
}

/** What every implementation promises. `open` gives an empty store. */
export function recordingStoreContract(open: () => RecordingStore): void {
  test('a recording is read back as it was added, and added once', async () => {
    const store = open()
    const full = sample(2, {
      endedAt: at(9),
      refusal: 'KmsEncrypted',
      hasInput: true,
      bytes: 5,
      lostBytes: 6,
      isCut: true,
    })
    assert.equal(await store.addRecording(sample(1)), true)
    assert.equal(await store.addRecording(full), true)
    assert.equal(await store.addRecording(sample(1, { file: 'other' })), false)

    assert.deepEqual(await store.findRecording(sample(1).sessionId), sample(1))
    assert.deepEqual(await store.findRecording(full.sessionId), full)
    assert.equal(await store.findRecording('alice-nothing'), undefined)
  })

  test('the first end is the one that counts', async () => {
    const store = open()
    await store.addRecording(sample(1))
    const end = { endedAt: at(3), bytes: 7, lostBytes: 8, isCut: true, refusal: undefined }
    await store.endRecording(sample(1).sessionId, end)
    await store.endRecording(sample(1).sessionId, { ...end, endedAt: at(4), bytes: 0 })

    assert.deepEqual(await store.findRecording(sample(1).sessionId), { ...sample(1), ...end })
    assert.deepEqual((await store.openRecordings({ limit: 5 })).items, [])
  })

  test('listings are newest first, in pages without gaps, by node and by owner', async () => {
    const store = open()
    for (const n of [1, 2, 3, 4, 5]) await store.addRecording(sample(n))
    await store.addRecording(sample(6, { nodeId: 'mi-2' }))
    await store.addRecording(sample(7, { ownerName: 'bob' }))

    assert.deepEqual(await walk(store, {}), [7, 6, 5, 4, 3, 2, 1])
    assert.deepEqual(await walk(store, { nodeId: 'mi-2' }), [6])
    assert.deepEqual(await walk(store, { ownerName: 'bob' }), [7])
    assert.deepEqual(await walk(store, { ownerName: 'bob', nodeId: 'mi-2' }), [])
    for (const after of ['', 'x', '/', '1e400/a'])
      assert.deepEqual(await store.listRecordings({}, { limit: 5, after }), { items: [] }, after)
  })

  test('those that go on are found in pages, and the oldest of those that ended', async () => {
    const store = open()
    for (const n of [1, 2, 3]) await store.addRecording(sample(n))
    for (const n of [4, 5, 6]) await store.addRecording(sample(n, { endedAt: at(50) }))

    const page = await store.openRecordings({ limit: 2 })
    assert.deepEqual(page.items.map(numberOf), [1, 2])
    assert.deepEqual((await store.openRecordings({ limit: 2, after: page.next })).items.map(numberOf), [3])
    assert.deepEqual((await store.oldRecordings(at(6), 5)).map(numberOf), [4, 5])
    assert.deepEqual((await store.oldRecordings(at(60), 1)).map(numberOf), [4])
    await store.removeRecording(sample(4).sessionId)
    assert.equal(await store.findRecording(sample(4).sessionId), undefined)
  })
}

async function walk(store: RecordingStore, filter: RecordingFilter): Promise<number[]> {
  const found: number[] = []
  let after: string | undefined
  do {
    const page = await store.listRecordings(filter, { limit: 2, after })
    found.push(...page.items.map(numberOf))
    after = page.next
  } while (after !== undefined)
  return found
}

function numberOf({ sessionId }: Recording): number {
  return Number(sessionId.slice('alice-'.length))
}
