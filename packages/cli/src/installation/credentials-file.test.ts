import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../testing/server-folder.ts'
import { parseProfile, readCredentials } from './credentials-file.ts'

test('keys are read from their own profile only', (t) => {
  const path = join(temporaryFolder(t), 'credentials')
  writeFileSync(
    path,
    [
      '# made by hand',
      '[other]',
      'aws_access_key_id = AKIAOTHER',
      '[default]',
      '; a comment',
      '  AWS_ACCESS_KEY_ID=AKIADEFAULT\r',
      'aws_secret_access_key = a+b/c==',
    ].join('\n'),
  )

  assert.deepEqual(readCredentials(path), {
    accessKeyId: 'AKIADEFAULT',
    secretAccessKey: 'a+b/c==',
    sessionToken: undefined,
  })
  assert.throws(() => readCredentials(path, 'other'), /no access key in its profile \[other\]/)
})

test('lines before the first profile and lines without a name count for nothing', () => {
  assert.deepEqual([...parseProfile('a=1\n[p]\n=2\nb\nc=3=4', 'p')], [['c', '3=4']])
})

test('a file that is not there is told with its path', () => {
  assert.throws(() => readCredentials('/nowhere/credentials'), /\/nowhere\/credentials cannot be read/)
})
