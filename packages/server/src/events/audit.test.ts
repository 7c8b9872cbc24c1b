import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import type { AuditRecord } from '../domain/audit-record.ts'
import type { Clock } from '../domain/clock.ts'
import { systemClock } from '../system-clock.ts'
import { Audit } from './audit.ts'

const day = '2026-01-31'

function record(requestId: string, on = day): AuditRecord {
  return {
    eventTime: `${on}T12:00:00.000Z`,
    requestId,
    eventSource: 'ssm.amazonaws.com',
    eventName: 'ListCommands',
    userIdentity: { type: 'Root', arn: 'arn:aws:iam::123456789012:root', userId: '123456789012' },
    sourceIpAddress: '127.0.0.1',
    userAgent: '',
  }
}

function openAudit(t: TestContext, clock: Pick<Clock, 'after'> = systemClock) {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-audit-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const failures: Error[] = []
  const mended: number[] = []
  const audit = new Audit(folder, clock, {
    failed: (error) => failures.push(error),
    mended: (lost) => mended.push(lost),
  })
  const pathOf = (on: string) => join(folder, `${on}.jsonl`)
  const path = pathOf(day)
  const written = (on = day) => {
    const path = pathOf(on)
    if (!existsSync(path)) return []
    const lines = readFileSync(path, 'utf8').split('\n')
    return lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as AuditRecord).requestId)
  }
  return { audit, path, failures, mended, written }
}

test('a record is one line of the file of its day', async (t) => {
  const { audit, written } = openAudit(t)

  audit.write(record('one'))
  audit.write(record('two'))
  await audit.close()

  assert.deepEqual(written(), ['one', 'two'])
})

test('lines are kept in the order of the answers, however many are written at a time', async (t) => {
  const waiting: (() => void)[] = []
  const after = (_ms: number, callback: () => void) => {
    waiting.push(callback)
    return () => {}
  }
  const { audit, written } = openAudit(t, { after })
  const ids = Array.from({ length: 2_000 }, (_, index) => `request ${index}`)

  for (const [index, id] of ids.entries()) {
    audit.write(record(id))
    if (index % 300 === 7) waiting.pop()?.()
  }
  await audit.close()

  assert.deepEqual(written(), ids)
})

test('a line is written soon, also when no other follows', async (t) => {
  const { audit, written } = openAudit(t)
  t.after(() => audit.close())

  audit.write(record('alone'))

  await eventually(async () => written().at(-1), 'the line is in the file')
  assert.deepEqual(written(), ['alone'])
})

test('a day ends with the lines that were gathered in it', async (t) => {
  const { audit, written } = openAudit(t)

  for (const id of ['one', 'two']) audit.write(record(id))
  audit.write(record('three', '2026-02-01'))
  await audit.close()

  assert.deepEqual([written(), written('2026-02-01')], [['one', 'two'], ['three']])
})

const isLinux = process.platform === 'linux'

test('the audit goes on when the disk is no longer full, and says once that it was', { skip: !isLinux }, async (t) => {
  const { audit, path, failures, mended, written } = openAudit(t)
  symlinkSync('/dev/full', path)
  audit.write(record('lost'))
  await eventually(async () => failures[0], 'the first failure is told')
  assert.deepEqual([audit.isFailing, audit.lostLines], [true, 1])
  audit.write(record('perhaps lost'))

  unlinkSync(path)
  let asked = 0
  await eventually(async () => {
    audit.write(record(`later ${asked++}`))
    return written().at(-1)
  }, 'lines are written again')
  await audit.close()

  assert.equal(failures.length, 1)
  assert.deepEqual([audit.isFailing, mended], [false, [audit.lostLines]])
  assert.ok(!written().includes('lost'))
})

test('no more than 16 MiB of lines wait for a disk that does not take them, and it goes on when it does', {
  skip: !isLinux,
}, async (t) => {
  const { audit, path, failures, written } = openAudit(t)
  // Nobody reads the pipe, so opening it for writing waits, as a disk does that hangs.
  execFileSync('mkfifo', [path])
  const long = { ...record('long'), requestParameters: 'x'.repeat(1024 * 1024) }
  for (let line = 0; line < 16; line++) audit.write(long)
  assert.deepEqual(failures, [])
  for (let line = 0; line < 16; line++) audit.write(long)
  assert.deepEqual(
    failures.map(({ message }) => message),
    ['the disk does not keep up with the audit'],
  )

  let read = 0
  const reader = createReadStream(path)
  reader.on('data', (part) => {
    read += part.length
  })
  await eventually(() => (read > 16 * 1024 * 1024 ? true : undefined), 'what waited is written')
  const drained = read
  assert.ok(drained < 18 * 1024 * 1024, `${drained} bytes waited`)
  audit.write(record('after'))
  await eventually(() => (read > drained ? true : undefined), 'it goes on')
  await audit.close()
  reader.destroy()
  unlinkSync(path)
  assert.deepEqual([failures.length, written()], [1, []])
})

test('what comes after the close opens no file again', async (t) => {
  const { audit, written } = openAudit(t)
  audit.write(record('one'))
  await audit.close()

  audit.write(record('late'))

  assert.deepEqual(written(), ['one'])
})
