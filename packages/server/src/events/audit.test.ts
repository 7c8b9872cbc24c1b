import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { Audit, type AuditRecord } from './audit.ts'

const day = '2026-01-31'

function record(requestId: string): AuditRecord {
  return {
    eventTime: `${day}T12:00:00.000Z`,
    requestId,
    eventSource: 'ssm.amazonaws.com',
    eventName: 'ListCommands',
    userIdentity: { type: 'Root', arn: 'arn:aws:iam::123456789012:root', userId: '123456789012' },
    sourceIpAddress: '127.0.0.1',
    userAgent: '',
  }
}

function openAudit(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-audit-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const failures: Error[] = []
  const audit = new Audit(folder, (error) => failures.push(error))
  const path = join(folder, `${day}.jsonl`)
  const written = () => {
    if (!existsSync(path)) return []
    const lines = readFileSync(path, 'utf8').split('\n')
    return lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as AuditRecord).requestId)
  }
  return { audit, path, failures, written }
}

test('a record is one line of the file of its day', async (t) => {
  const { audit, written } = openAudit(t)

  audit.write(record('one'))
  audit.write(record('two'))
  await audit.close()

  assert.deepEqual(written(), ['one', 'two'])
})

const isLinux = process.platform === 'linux'

test('the audit goes on when the disk is no longer full, and says once that it was', { skip: !isLinux }, async (t) => {
  const { audit, path, failures, written } = openAudit(t)
  symlinkSync('/dev/full', path)
  audit.write(record('lost'))
  await eventually(async () => failures[0], 'the first failure is told')
  audit.write(record('perhaps lost'))

  unlinkSync(path)
  let asked = 0
  await eventually(async () => {
    audit.write(record(`later ${asked++}`))
    return written().at(-1)
  }, 'lines are written again')
  await audit.close()

  assert.equal(failures.length, 1)
  assert.ok(!written().includes('lost'))
})

test('what comes after the close opens no file again', async (t) => {
  const { audit, written } = openAudit(t)
  audit.write(record('one'))
  await audit.close()

  audit.write(record('late'))

  assert.deepEqual(written(), ['one'])
})
