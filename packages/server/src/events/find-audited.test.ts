import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { findAudited } from './find-audited.ts'

const { signal } = new AbortController()

function givenFiles(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-audit-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const line = (requestId: string, more = {}) => `${JSON.stringify({ requestId, ...more })}\n`

test('a request is found in any file, whatever stands around it', async (t) => {
  const filler = line('filler', { requestParameters: 'x'.repeat(900_000) })
  const folder = givenFiles(t, {
    '2026-01-30.jsonl': line('old', { eventName: 'ListUsers' }),
    '2026-01-31.jsonl': `${filler}${filler}{"requestId":"cut\n${line('one', { eventName: 'GetUser' })}${filler}${line('last')}`,
    'notes.txt': line('none'),
  })

  assert.equal((await findAudited(folder, 'one', signal))?.eventName, 'GetUser')
  assert.equal((await findAudited(folder, 'old', signal))?.eventName, 'ListUsers')
  assert.equal((await findAudited(folder, 'last', signal))?.requestId, 'last')
  assert.equal(await findAudited(folder, 'none', signal), undefined)
  assert.equal(await findAudited(folder, 'cut', signal), undefined)
})

test('what a caller sent cannot pass for the id of a request', async (t) => {
  const inside = { requestParameters: { requestId: 'forged', text: '"requestId":"forged"' } }
  const folder = givenFiles(t, { '2026-01-31.jsonl': line('real', inside) })

  assert.equal(await findAudited(folder, 'forged', signal), undefined)
})
