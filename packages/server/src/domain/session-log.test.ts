import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { logUrls } from './session-log.ts'

test('whatever prefix a document has, its URL is one that the model allows, or is left out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.boolean(), (keyPrefix, hasSurrogate) => {
      const logTargets = { bucket: 'logs', keyPrefix: hasSurrogate ? `${keyPrefix}\ud800` : keyPrefix, logGroup: '' }
      const { S3OutputUrl } = logUrls(logTargets, 'alice-0123456789abcdef0', 'us-east-1')
      if (S3OutputUrl === undefined) return assert.ok(keyPrefix.length > 100)
      assert.ok(S3OutputUrl.length <= 2083)
      assert.ok(new URL(S3OutputUrl).pathname.endsWith('/alice-0123456789abcdef0.log'))
    }),
    { numRuns: 30 },
  )
  const long = logUrls({ bucket: 'logs', keyPrefix: '日'.repeat(500), logGroup: 'x' }, 'a-0', 'us-east-1')
  assert.deepEqual(Object.keys(long), ['CloudWatchOutputUrl'])
})
