import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { binFolder } from '../repository.ts'
import { temporaryFolder, writeServerJson } from '../testing/server-folder.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { envCommand } from './env-command.ts'

/** The variables that a shell has after `eval`. */
function variablesAfter(lines: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const script = `${lines}\nenv -0`
  const variables = execFileSync('/bin/sh', ['-c', script], { env: { PATH: '/usr/bin:/bin', ...before } }).toString()
  return Object.fromEntries(
    variables.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

test('a shell that evaluates the lines speaks with the server, by plain http', (t) => {
  const dataDir = join(temporaryFolder(t), "it's a $HOME")
  writeServerJson(dataDir)
  const surroundings = testSurroundings({ environment: { FAIRLEAD_DATA_DIR: dataDir } })

  envCommand({}, surroundings)

  const variables = variablesAfter(surroundings.said())
  assert.equal(variables['AWS_ENDPOINT_URL'], 'http://127.0.0.1:7070')
  assert.equal(variables['AWS_SHARED_CREDENTIALS_FILE'], join(dataDir, 'credentials'))
  assert.equal(variables['AWS_REGION'], 'eu-west-1')
  assert.equal(variables['AWS_DEFAULT_REGION'], 'eu-west-1')
  assert.equal(variables['AWS_CA_BUNDLE'], undefined)
  assert.equal(variables['PATH'], `${binFolder}:/usr/bin:/bin`)
})

test('keys that the shell has already do not win over those of the server', (t) => {
  const dataDir = temporaryFolder(t)
  writeServerJson(dataDir)
  const surroundings = testSurroundings()

  envCommand({ dataDir }, surroundings)

  const variables = variablesAfter(surroundings.said(), { AWS_ACCESS_KEY_ID: 'AKIA', AWS_PROFILE: 'work' })
  assert.equal(variables['AWS_ACCESS_KEY_ID'], undefined)
  assert.equal(variables['AWS_PROFILE'], 'default')
})

test('a server that speaks only https comes with its authority', (t) => {
  const dataDir = temporaryFolder(t)
  writeServerJson(dataDir, { urls: ['https://127.0.0.1:7443'] })
  const surroundings = testSurroundings()

  envCommand({ dataDir }, surroundings)

  assert.equal(variablesAfter(surroundings.said())['AWS_CA_BUNDLE'], join(dataDir, 'tls/ca.pem'))
})

test('PATH does not grow when it has the folder already', (t) => {
  const dataDir = temporaryFolder(t)
  writeServerJson(dataDir)
  const surroundings = testSurroundings({ environment: { PATH: `/usr/bin:${binFolder}` } })

  envCommand({ dataDir }, surroundings)

  assert.doesNotMatch(surroundings.said(), /PATH/)
})

test('the server of a quickstart is found from the folder that it was started in', (t) => {
  const workingDirectory = temporaryFolder(t)
  writeServerJson(join(workingDirectory, '.fairlead/quickstart/server'))
  const surroundings = testSurroundings({ workingDirectory })

  envCommand({}, surroundings)

  assert.match(surroundings.said(), /\.fairlead\/quickstart\/server\/credentials/)
})

test('only a person at a terminal is told how to use the lines', (t) => {
  const dataDir = temporaryFolder(t)
  writeServerJson(dataDir)
  const [person, shell] = [testSurroundings({ isTTY: true }), testSurroundings()]

  envCommand({ dataDir }, person)
  envCommand({ dataDir }, shell)

  assert.match(person.said(), /^# .*eval "\$\(/m)
  assert.doesNotMatch(shell.said(), /#/)
})

test('without a server nothing is printed that a shell could evaluate, and it is said what to type', (t) => {
  const surroundings = testSurroundings()

  assert.throws(() => envCommand({ dataDir: temporaryFolder(t) }, surroundings), /fairlead server --data-dir/)
  assert.equal(surroundings.said(), '')
})

test('a server that was killed is not taken for one that runs', (t) => {
  const dataDir = temporaryFolder(t)
  writeServerJson(dataDir, { pid: spawnSync('/bin/sh', ['-c', ':']).pid })

  assert.throws(() => envCommand({ dataDir }, testSurroundings()), /does not run any more.*fairlead server/)
})

test('under AWS’s host names a shell has a proxy and whom to believe, and no endpoint', (t) => {
  const dataDir = temporaryFolder(t)
  writeServerJson(dataDir, { awsHostnames: true })
  const lines = (awsHostnames?: boolean) => {
    const surroundings = testSurroundings()
    envCommand({ dataDir, ...(awsHostnames === undefined ? {} : { awsHostnames }) }, surroundings)
    return surroundings.said()
  }
  const before = { AWS_ENDPOINT_URL: 'http://other', https_proxy: 'http://other', NO_PROXY: 'amazonaws.com' }

  const variables = variablesAfter(lines(), before)
  assert.equal(variables['HTTPS_PROXY'], 'http://127.0.0.1:7070')
  assert.equal(variables['NO_PROXY'], 'localhost,127.0.0.1,::1')
  assert.equal(variables['AWS_CA_BUNDLE'], join(dataDir, 'tls/ca.pem'))
  assert.equal(variables['SSL_CERT_FILE'], join(dataDir, 'tls/ca.pem'))
  assert.equal(variables['AWS_ENDPOINT_URL'], undefined)
  assert.equal(variables['https_proxy'], undefined)
  assert.equal(variablesAfter(lines(true))['HTTPS_PROXY'], 'http://127.0.0.1:7070')
  assert.equal(variablesAfter(lines(false))['AWS_ENDPOINT_URL'], 'http://127.0.0.1:7070')

  writeServerJson(dataDir, { awsHostnames: true, urls: ['https://0.0.0.0:1'], proxyUrls: ['http://0.0.0.0:2'] })
  assert.equal(variablesAfter(lines())['HTTPS_PROXY'], 'http://0.0.0.0:2')
  writeServerJson(dataDir, { awsHostnames: true, urls: ['https://0.0.0.0:1'] })
  assert.throws(() => lines(), /Start it with --listen proxy:/)
  writeServerJson(dataDir)
  assert.throws(() => lines(true), /does not answer under AWS’s host names. Start it with --aws-hostnames/)
})

test('a program reads the variables as an object, with null for those that must not be set', (t) => {
  const dataDir = temporaryFolder(t)
  writeServerJson(dataDir)
  const surroundings = testSurroundings({ isTTY: true, environment: { PATH: '/usr/bin' } })

  envCommand({ dataDir, json: true }, surroundings)

  const variables = JSON.parse(surroundings.said())
  assert.equal(variables['AWS_ENDPOINT_URL'], 'http://127.0.0.1:7070')
  assert.equal(variables['AWS_ACCESS_KEY_ID'], null)
  assert.equal(variables['PATH'], `${binFolder}:/usr/bin`)
})
