import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { explain } from '../cli-error.ts'
import { temporaryFolder } from '../testing/server-folder.ts'
import { findCredentials } from './find-credentials.ts'

const keysOf = (id: string) => ({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: 'secret' })

test('keys of the environment are used when no profile is named, with their session token', async () => {
  const found = await findCredentials('', { ...keysOf('AKIA1'), AWS_SESSION_TOKEN: 'token' })

  assert.deepEqual(found, { accessKeyId: 'AKIA1', secretAccessKey: 'secret', sessionToken: 'token' })
})

test('a profile that is named wins over keys of the environment', async (t) => {
  const AWS_SHARED_CREDENTIALS_FILE = join(temporaryFolder(t), 'credentials')
  writeFileSync(AWS_SHARED_CREDENTIALS_FILE, '[work]\naws_access_key_id = AKIA2\naws_secret_access_key = s\n')

  const found = await findCredentials('work', { ...keysOf('AKIA1'), AWS_SHARED_CREDENTIALS_FILE })

  assert.equal(found.accessKeyId, 'AKIA2')
})

test('what only the AWS CLI can find is asked of it, and what it cannot find either is told', async (t) => {
  const folder = temporaryFolder(t)
  const aws = join(folder, 'aws')
  const answer = '{"Version":1,"AccessKeyId":"ASIA3","SecretAccessKey":"s","SessionToken":"t"}'
  writeFileSync(aws, `#!/bin/sh\n[ "$6" = sso ] && echo '${answer}'\n`)
  chmodSync(aws, 0o755)
  const environment = { HOME: folder, PATH: `${folder}:/usr/bin:/bin` }

  assert.equal((await findCredentials('sso', environment)).accessKeyId, 'ASIA3')
  await assert.rejects(findCredentials('other', environment), /no credentials for the profile other/)
})

test('an AWS CLI that does not know the question is not quoted', async (t) => {
  const folder = temporaryFolder(t)
  const aws = join(folder, 'aws')
  writeFileSync(aws, '#!/bin/sh\necho "usage: lines and lines" >&2; echo "aws: error: Invalid choice" >&2; exit 2\n')
  chmodSync(aws, 0o755)
  const environment = { HOME: folder, PATH: `${folder}:/usr/bin:/bin` }
  const error = await findCredentials('', environment).catch(explain)

  assert.match(
    String(error),
    /^There are no credentials .* Set AWS_ACCESS_KEY_ID .*\n {2}The AWS CLI .*: version 2 can\.$/,
  )
})
