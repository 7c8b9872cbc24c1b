import assert from 'node:assert/strict'
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { BlobDamaged, BlobsUnavailable, mostBlobBytes } from '../blobs.ts'
import { openDiskBlobs } from './disk.ts'

test('what was put is there, for this process and the next', async (t) => {
  const { directory, blobs } = given(t)

  const refs = await Promise.all(texts(300).map((text) => blobs.put(Buffer.from(text))))

  const again = openDiskBlobs({ directory, now })
  t.after(() => again.close())
  for (const [index, ref] of refs.entries()) {
    assert.equal(String(await textOf(blobs, ref)), `output ${index}`)
    assert.equal(String(await textOf(again, ref)), `output ${index}`)
  }
})

test('no bytes cost nothing on disk', async (t) => {
  const { directory, blobs } = given(t)

  const ref = await blobs.put(new Uint8Array())

  assert.deepEqual(await blobs.get(ref), new Uint8Array())
  assert.deepEqual(readdirSync(directory), [])
})

test('a slice of a buffer is kept as that slice', async (t) => {
  const { directory, blobs } = given(t)

  const ref = await blobs.put(Buffer.from('abcdef').subarray(2, 4))

  assert.equal(await textOf(openDiskBlobs({ directory, now }), ref), 'cd')
})

test('files are for their owner alone', async (t) => {
  const { directory, blobs } = given(t)

  await blobs.put(Buffer.from('secret output'))

  assert.equal(statSync(join(directory, '20261122-1.blobs')).mode & 0o777, 0o600)
})

test('more than one blob may hold is refused', async (t) => {
  const { blobs } = given(t)

  await assert.rejects(blobs.put(new Uint8Array(mostBlobBytes + 1)), RangeError)
})

test('bytes beyond what may wait are refused, and taken again when the disk has caught up', async (t) => {
  const { blobs } = given(t)
  const large = new Uint8Array(mostBlobBytes)

  const puts = await Promise.allSettled(Array.from({ length: 5 }, () => blobs.put(large)))

  const refusals = puts.flatMap((put) => (put.status === 'rejected' ? [put.reason] : []))
  assert.equal(refusals.length, 1)
  assert.ok(refusals[0] instanceof BlobsUnavailable)
  await blobs.put(large)
})

test('a file ends after about 64 MiB', async (t) => {
  const { directory, blobs } = given(t)

  for (let put = 0; put < 5; put++) await blobs.put(new Uint8Array(mostBlobBytes))

  assert.deepEqual(readdirSync(directory).sort(), ['20261122-1.blobs', '20261122-2.blobs'])
})

test('a sweep drops whole days before a moment and nothing of that day', async (t) => {
  const clock = { now: new Date('2026-11-20T23:59:59Z') }
  const { directory, blobs } = given(t, () => clock.now)
  const old = await blobs.put(Buffer.from('old'))
  clock.now = new Date('2026-11-21T00:00:00Z')
  const kept = await blobs.put(Buffer.from('kept'))
  writeFileSync(join(directory, 'notes.txt'), 'not a segment')

  assert.equal(await blobs.sweep(new Date('2026-11-21T12:00:00Z')), 1)

  assert.equal(await blobs.get(old), undefined)
  assert.equal(await textOf(blobs, kept), 'kept')
  assert.deepEqual(readdirSync(directory).sort(), ['20261121-1.blobs', 'notes.txt'])
})

test('a sweep drops the file that was being written, when its day is over, and writing goes on', async (t) => {
  const clock = { now: new Date('2026-11-20T12:00:00Z') }
  const { blobs } = given(t, () => clock.now)
  await blobs.put(Buffer.from('old'))
  clock.now = new Date('2026-12-20T12:00:00Z')

  assert.equal(await blobs.sweep(new Date('2026-12-01T00:00:00Z')), 1)

  assert.equal(await textOf(blobs, await blobs.put(Buffer.from('new'))), 'new')
})

test('damage on disk is noticed', async (t) => {
  const { directory, blobs } = given(t)
  const ref = await blobs.put(Buffer.from('output'))
  const path = join(directory, '20261122-1.blobs')
  const next = openDiskBlobs({ directory, now })

  writeFileSync(path, readFileSync(path).fill('x', 3, 4))
  await assert.rejects(next.get(ref), BlobDamaged)

  writeFileSync(path, 'out')
  await assert.rejects(next.get(ref), BlobDamaged)
})

test('what is no ref is refused', async (t) => {
  const { blobs } = given(t)

  for (const ref of ['', 'x', '../../etc/passwd:0:9:00000000', '20261122-1:0:99999999:00000000', '20261122-1:-1:1:0']) {
    await assert.rejects(blobs.get(ref), BlobDamaged, ref)
  }
})

test('after close nothing is taken, and what was asked for before is on disk', async (t) => {
  const { directory, blobs } = given(t)

  const put = blobs.put(Buffer.from('last words'))
  await blobs.close()

  await assert.rejects(blobs.put(Buffer.from('x')), BlobsUnavailable)
  assert.equal(await textOf(openDiskBlobs({ directory, now }), await put), 'last words')
})

test('a full disk refuses a put, and the same file goes on when there is room again', async (t) => {
  const directory = temporary(t)
  if (!mounted(directory, '2m')) return t.skip('needs the right to mount a small tmpfs')
  try {
    const blobs = openDiskBlobs({ directory, now })
    const first = await blobs.put(Buffer.from('first'))

    await assert.rejects(blobs.put(new Uint8Array(4 * 1024 * 1024)), BlobsUnavailable)

    const second = await blobs.put(Buffer.from('second'))
    assert.deepEqual(readdirSync(directory), ['20261122-1.blobs'])
    assert.equal(statSync(join(directory, '20261122-1.blobs')).size, 'firstsecond'.length)
    await blobs.close()
    const again = openDiskBlobs({ directory, now })
    assert.equal(await textOf(again, first), 'first')
    assert.equal(await textOf(again, second), 'second')
  } finally {
    execFileSync('umount', ['-l', directory])
  }
})

test('every put that was answered survives kill -9', async (t) => {
  const directory = temporary(t)
  const writer = fork(new URL('./testing/put-until-killed.ts', import.meta.url), [directory], { execArgv: [] })
  const answered: [ref: string, text: string][] = []
  writer.on('message', (pairs: [string, string][]) => {
    answered.push(...pairs)
    if (answered.length > 500) writer.kill('SIGKILL')
  })

  await once(writer, 'close')

  const blobs = openDiskBlobs({ directory, now })
  t.after(() => blobs.close())
  for (const [ref, text] of answered) assert.equal(await textOf(blobs, ref), text)
  assert.equal(await textOf(blobs, await blobs.put(Buffer.from('goes on'))), 'goes on')
})

function now(): Date {
  return new Date('2026-11-22T12:00:00Z')
}

function given(t: TestContext, clock = now) {
  const directory = temporary(t)
  const blobs = openDiskBlobs({ directory, now: clock })
  t.after(() => blobs.close())
  return { directory, blobs }
}

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-blobs-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

function mounted(directory: string, size: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'fairlead-test', directory], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function texts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `output ${index}`)
}

async function textOf(blobs: ReturnType<typeof openDiskBlobs>, ref: string): Promise<string> {
  return Buffer.from((await blobs.get(ref)) ?? '(gone)').toString()
}
