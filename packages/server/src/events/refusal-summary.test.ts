import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import type { AuditRecord } from '../domain/audit-record.ts'
import { RefusalSummary } from './refusal-summary.ts'

function record(type: string, sourceIpAddress: string, requestId = 'x'): AuditRecord {
  return {
    eventTime: '2026-01-31T12:00:00.000Z',
    requestId,
    eventSource: 'ssm.amazonaws.com',
    eventName: 'Unknown',
    userIdentity: { type, arn: '', userId: '' },
    sourceIpAddress,
    userAgent: '',
  }
}

function givenSummary() {
  const clock = new ManualClock()
  const written: AuditRecord[] = []
  return { clock, written, summary: new RefusalSummary(clock, (one) => written.push(one)) }
}

/** How many requests the lines tell of. */
function toldOf(lines: readonly AuditRecord[]): number {
  return lines.reduce((sum, { requestParameters }) => {
    const { requestsWithoutLine = 1 } = (requestParameters ?? {}) as { requestsWithoutLine?: number }
    return sum + requestsWithoutLine
  }, 0)
}

test('a flood from one address is a line each at first and one line a minute then, and every request is counted', () => {
  const { clock, written, summary } = givenSummary()

  for (let request = 0; request < 10_000; request++) summary.write(record('Unknown', '10.0.0.1', `${request}`))
  assert.equal(written.length, 60)
  clock.advance(60_000)

  assert.equal(written.length, 61)
  assert.equal(toldOf(written), 10_000)
  const { eventName, requestId, sourceIpAddress } = written.at(-1) ?? {}
  assert.deepEqual([eventName, requestId, sourceIpAddress], ['RefusedRequests', '9999', '10.0.0.1'])
  summary.write(record('Unknown', '10.0.0.1'))
  assert.equal(written.length, 62, 'the next minute begins anew')
})

test('a flood from very many addresses is bounded, and counted as well', () => {
  const { clock, written, summary } = givenSummary()

  for (let request = 0; request < 50_000; request++) {
    summary.write(record('Unknown', `10.${request % 7}.${(request >> 8) & 255}.${request & 255}`))
  }
  clock.advance(60_000)

  assert.ok(written.length <= 701, `${written.length} lines`)
  assert.equal(toldOf(written), 50_000)
})

test('those who are known have a line for each request, also in a flood', () => {
  const { written, summary } = givenSummary()

  for (let request = 0; request < 1_000; request++) {
    summary.write(record('Unknown', '10.0.0.1'))
    summary.write(record('IAMUser', '10.0.0.1'))
  }

  assert.equal(written.filter(({ userIdentity }) => userIdentity.type === 'IAMUser').length, 1_000)
})

test('a server that stops tells what it has counted', async (t) => {
  const { client, dataDir, stop } = await given(t)
  const nobody = client(undefined)
  await Promise.all(Array.from({ length: 100 }, () => nobody.call('ssm', 'ListCommands', {}).catch(() => undefined)))
  await stop()

  const folder = join(dataDir, 'audit')
  const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
  const refused = lines
    .map((line) => JSON.parse(line) as AuditRecord)
    .filter((one) => one.userIdentity.type === 'Unknown')
  assert.equal(refused.length, 61)
  assert.equal(toldOf(refused), 100)
})
