import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigError, readConfig } from './config.ts'

test('without a word the server listens on loopback only, once plain and once secure', () => {
  const { listen } = readConfig([], {})

  assert.deepEqual(listen, [
    { secure: false, host: '127.0.0.1', port: 7070 },
    { secure: true, host: '127.0.0.1', port: 7443 },
  ])
})

test('plain http is refused on an address that is not loopback', () => {
  for (const url of ['http://0.0.0.0:7070', 'http://10.1.2.3:80', 'http://[::]:7070', 'http://example.com']) {
    assert.throws(() => readConfig(['--listen', url], {}), ConfigError, url)
  }
  for (const url of [
    'http://127.0.0.1:1',
    'http://127.9.9.9:1',
    'http://[::1]:1',
    'http://localhost:1',
    'https://0.0.0.0:1',
  ]) {
    assert.doesNotThrow(() => readConfig(['--listen', url], {}), url)
  }
  assert.equal(readConfig(['--listen', 'http://0.0.0.0:7070', '--allow-plaintext'], {}).listen[0]?.host, '0.0.0.0')
})

test('an address that is a proxy alone may be anywhere, and only leads to AWS’s host names', () => {
  const listen = ['--listen', 'proxy://0.0.0.0:7080']

  assert.deepEqual(readConfig([...listen, '--aws-hostnames'], {}).listen, [
    { secure: false, isProxy: true, host: '0.0.0.0', port: 7080 },
  ])
  assert.equal(readConfig(listen, { FAIRLEAD_AWS_HOSTNAMES: 'true' }).awsHostnames, true)
  assert.throws(() => readConfig(listen, {}), /say --aws-hostnames/)
  for (const bad of ['proxy://0.0.0.0', 'proxy://:7080', 'proxy://0.0.0.0:7080/x', 'ftp://0.0.0.0:7080']) {
    assert.throws(() => readConfig(['--listen', bad, '--aws-hostnames'], {}), ConfigError, bad)
  }
})

test('a flag wins over the environment, and that over the file', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-config-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'fairlead.yaml')
  writeFileSync(file, 'region: from-file\naccount-id: "000000000001"\ndata-dir: /file\n')
  const environment = { FAIRLEAD_CONFIG: file, FAIRLEAD_REGION: 'from-environment', FAIRLEAD_DATA_DIR: '/environment' }

  const config = readConfig(['--data-dir', '/flag'], environment)

  assert.equal(config.dataDir, '/flag')
  assert.equal(config.region, 'from-environment')
  assert.equal(config.accountId, '000000000001')
})

test('sessions are recorded, without what is typed, unless the operator says otherwise', () => {
  assert.deepEqual(readConfig([], {}).recordings, { isOn: true, hasInput: false })
  assert.deepEqual(readConfig(['--recordings', 'off'], {}).recordings, { isOn: false, hasInput: false })
  assert.equal(readConfig([], { FAIRLEAD_RECORDINGS: 'off' }).recordings.isOn, false)
  assert.equal(readConfig(['--record-input'], {}).recordings.hasInput, true)
  assert.equal(readConfig([], { FAIRLEAD_RECORD_INPUT: '1' }).recordings.hasInput, true)
})

test('what cannot be is refused by name', () => {
  const wrong = [
    [['--account-id', '12'], /account-id/],
    [['--region', 'us east'], /region/],
    [['--listen', 'ftp://127.0.0.1'], /listen/],
    [['--listen', 'http://127.0.0.1:1/path'], /listen/],
    [['--log-level', 'loud'], /log-level/],
    [['--recordings', 'some'], /recordings: on or off/],
    [['--max-connections', '5'], /max-connections/],
    [['--max-connections', ''], /max-connections/],
    [['--history-days', 'forever'], /history-days/],
    [['--history-days', '1.5'], /history-days/],
    [['--no-such-flag'], /no-such-flag/],
    [['--public-url', 'not a url'], /public-url/],
  ] as const
  for (const [args, message] of wrong) assert.throws(() => readConfig(args, {}), message)
})

test('numbers are read from flags, the environment and the file alike', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-config-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'fairlead.yaml')
  writeFileSync(file, 'history-days: 7\n')

  const config = readConfig(['--config', file], { FAIRLEAD_MAX_CONNECTIONS: '100' })

  assert.deepEqual([config.historyDays, config.maxConnections], [7, 100])
  assert.equal(readConfig(['--history-days', '90', '--config', file], {}).historyDays, 90)
})

test('an unknown key of the file is refused, and so is a file that is not there', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-config-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'fairlead.yaml')
  writeFileSync(file, 'regoin: us-east-1\n')

  assert.throws(() => readConfig(['--config', file], {}), /regoin/)
  assert.throws(() => readConfig(['--config', join(folder, 'none.yaml')], {}), /cannot be read/)
})
