import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { RecordedEvent } from '../../domain/recorded-event.ts'
import { type RecordingPlace, recordingStart } from '../../domain/recording-files.ts'
import { openDiskRecordings } from './disk-recordings.ts'

const key = randomBytes(32)

function output(number: number, text = `${number};`): RecordedEvent {
  return { kind: 'output', atMs: number * 10, number, bytes: Buffer.from(text) }
}

function given(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-recordings-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const files = openDiskRecordings({ directory, random: (length) => randomBytes(length) })
  const read = async (from: RecordingPlace = recordingStart) => {
    const found = { text: '', damaged: 0, places: [from] }
    for await (const { events, isDamaged, next } of files.read('a', key, from)) {
      found.text += events.map(({ bytes }) => Buffer.from(bytes).toString()).join('')
      if (isDamaged) found.damaged++
      found.places.push(next)
    }
    return found
  }
  return { files, read, path: join(directory, 'a.rec') }
}

test('a recording goes on where an earlier process left it, whatever a crash left at its end', async (t) => {
  const { files, read, path } = given(t)
  const first = await files.append('a', key)
  await first.write([output(0), output(1)])
  await first.write([output(2)])
  const whole = readFileSync(path)
  await first.write([output(3)])
  await first.sync()
  const cuts = [whole.length + 1, readFileSync(path).length - 1]
  for (const cut of cuts) {
    truncateSync(path, cut)
    const next = await files.append('a', key)
    assert.deepEqual(
      { ...next.found },
      { bytes: 6, lostBytes: 0, lastMs: 20, lastOfNode: 2, lastOfClient: -1, isCut: false },
    )
    await next.write([output(3, 'three;')])
    await next.sync()
    assert.deepEqual(await read().then(({ text, damaged }) => [text, damaged]), ['0;1;2;three;', 0])
  }
  appendFileSync(path, Buffer.alloc(4096))
  const next = await files.append('a', key)
  await next.write([output(4)])
  await next.sync()
  assert.equal((await read()).text, '0;1;2;three;4;')
})

test('it can be read from every place that a reading has given', async (t) => {
  const { files, read } = given(t)
  const file = await files.append('a', key)
  for (let number = 0; number < 5; number++) await file.write([output(number)])
  await file.sync()

  const { places } = await read()
  assert.equal(places.length, 6)
  for (const [index, place] of places.entries()) {
    assert.equal(
      (await read(place)).text,
      [0, 1, 2, 3, 4]
        .slice(index)
        .map((number) => `${number};`)
        .join(''),
    )
  }
})

test('what was altered on disk, or taken out of the middle, is passed over and said', async (t) => {
  const { files, read, path } = given(t)
  const file = await files.append('a', key)
  for (let number = 0; number < 3; number++) await file.write([output(number)])
  await file.sync()
  const bytes = readFileSync(path)
  const { places } = await read()
  const [, second, third] = places.map(({ at }) => at)
  const altered = Buffer.from(bytes)
  altered.writeUInt8(altered.readUInt8((third ?? 0) - 1) ^ 1, (third ?? 0) - 1)
  writeFileSync(path, altered)
  const first = await read()
  writeFileSync(path, Buffer.concat([bytes.subarray(0, second), bytes.subarray(third)]))
  const other = await read()

  assert.deepEqual([first.text, first.damaged], ['0;2;', 1])
  assert.deepEqual([other.text, other.damaged], ['0;2;', 1])
})

test('a recording of more than one member, compressible or not, comes back whole', async (t) => {
  const { files, read } = given(t)
  const file = await files.append('a', key)
  const pieces = Array.from({ length: 60 }, (_, number) => output(number, randomBytes(16_000).toString('hex')))
  await file.write(pieces)
  await file.write([output(60, 'y'.repeat(32_000))])
  await file.sync()

  const { text, places } = await read()
  assert.ok(text === pieces.map(({ bytes }) => Buffer.from(bytes).toString()).join('') + 'y'.repeat(32_000))
  assert.ok(places.length > 4)
})

test('what could not be synced is not said to be until a sync goes well', async (t) => {
  const { files, path } = given(t)
  // A device that takes all and can sync nothing.
  symlinkSync('/dev/null', path)
  const file = await files.append('a', key)
  await file.write([output(0)])
  await assert.rejects(file.sync(), { code: 'EINVAL' })
  await assert.rejects(file.sync(), { code: 'EINVAL' })
  rmSync(path)
  writeFileSync(path, '')
  await file.sync()
})

test('a file that is not there has nothing, and a name that could leave the directory is none', async (t) => {
  const { files, read } = given(t)
  assert.equal((await read()).text, '')
  await files.remove('a')
  for (const name of ['../a', '', 'a/b', 'x'.repeat(65)]) assert.throws(() => files.read(name, key, recordingStart))
})
