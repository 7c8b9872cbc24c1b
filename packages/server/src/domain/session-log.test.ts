import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logUrls } from './session-log.ts'

test('whatever prefix a document has, its URL is one that the model allows, or is left out', () => {
  const urlsOf = (keyPrefix: string) => logUrls({ bucket: 'logs', keyPrefix, logGroup: '/x' }, 'alice-0', 'us-east-1')
  for (const [prefix, path] of [
    ['', '/s3/object/logs/alice-0.log'],
    ['/a b//?#%/', '/s3/object/logs/a%20b/%3F%23%25/alice-0.log'],
    ['half a character: \ud800', '/s3/object/logs/half%20a%20character%3A%20%EF%BF%BD/alice-0.log'],
  ] as const) {
    assert.equal(new URL(urlsOf(prefix).S3OutputUrl ?? '').pathname, path)
  }
  assert.deepEqual(Object.keys(urlsOf('日'.repeat(500))), ['CloudWatchOutputUrl'])
})
