import assert from 'node:assert/strict'
import { test } from 'node:test'
import { helpText, readConfig, UsageError } from './config.ts'

const least = ['--endpoint', 'https://fairlead.example:7443', '--state-dir', '/s']

test('an option wins over its variable, and the variable over the default', () => {
  const environment = { FAIRLEAD_REGION: 'eu-west-1', FAIRLEAD_LOG_LEVEL: 'debug' }
  const config = readConfig([...least, '--log-level', 'warn'], environment)
  assert.equal(config?.region, 'eu-west-1')
  assert.equal(config?.logLevel, 'warn')
  assert.equal(config?.commandWorkers, 5)
  assert.equal(config?.keepsSessionLogs, true)
  assert.equal(readConfig(least, { FAIRLEAD_SESSION_LOGS: 'off' })?.keepsSessionLogs, false)
})

test('scripts inherit what the agent was given but not its own settings', () => {
  const config = readConfig(least, { PATH: '/bin', FAIRLEAD_ACTIVATION_ID: 'i', FAIRLEAD_ACTIVATION_CODE: 'c' })
  assert.deepEqual(config?.environment, { PATH: '/bin' })
  assert.deepEqual(config?.activation, { id: 'i', code: 'c' })
})

test('the S3 of the SDKs is that of downloads too, unless the agent is told another', () => {
  const environment = { AWS_ENDPOINT_URL_S3: 'https://s3.example' }
  assert.equal(readConfig(least, environment)?.downloads.s3Endpoint?.host, 's3.example')
  const config = readConfig([...least, '--s3-endpoint', 'https://store.example:9000'], environment)
  assert.equal(config?.downloads.s3Endpoint?.host, 'store.example:9000')
})

const wrong: readonly (readonly [string, readonly string[]])[] = [
  ['--state-dir', ['--endpoint', 'http://x']],
  ['--endpoint', ['--state-dir', '/s']],
  ['ftp://x', ['--state-dir', '/s', '--endpoint', 'ftp://x']],
  ['--activation-code', [...least, '--activation-id', 'i']],
  ['loud', [...least, '--log-level', 'loud']],
  ['--command-workers 0', [...least, '--command-workers', '0']],
  ['--session-logs maybe', [...least, '--session-logs', 'maybe']],
  ['--s3-endpoint here', [...least, '--s3-endpoint', 'here']],
  ['--frobnicate', [...least, '--frobnicate']],
]

for (const [named, args] of wrong) {
  test(`the text about ${args.join(' ')} names ${named}`, () => {
    assert.throws(
      () => readConfig(args, {}),
      (error) => error instanceof UsageError && error.message.includes(named),
    )
  })
}

test('every option is in the help text', () => {
  assert.equal(readConfig(['--help'], {}), undefined)
  for (const name of [
    'endpoint',
    'state-dir',
    'activation-id',
    'region',
    'ca',
    'log-level',
    'command-workers',
    'output-limit',
    'session-logs',
    'reboot-command',
    's3-endpoint',
    'github-api',
    'download-limit',
  ]) {
    assert.ok(helpText.includes(`--${name}`), name)
  }
})
