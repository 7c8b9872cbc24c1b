import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { givenAgent } from '@fairlead/testkit/given-agent'
import { download, fault } from './testing/download.ts'
import { serveFiles } from './testing/file-server.ts'

const none = { s3Endpoint: undefined, githubApi: undefined, limitBytes: 1_000_000 }

test('a document of the server is downloaded, and run where it lies', async (t) => {
  const agent = await givenAgent(t)
  const mainSteps = [{ action: 'aws:runShellScript', name: 'say', inputs: { runCommand: ['echo said'] } }]
  const Content = JSON.stringify({ schemaVersion: '2.2', mainSteps })
  agent.server.answers.set('GetDocument', () => ({ Content }))
  const inputs = { documentType: 'LocalPath', documentPath: 'Own.json' }
  const next = [{ action: 'aws:runDocument', name: 'run', inputs }]

  const end = await download(
    agent,
    'SSMDocument',
    { name: 'arn:aws:ssm:us-east-1:123456789012:document/Own:3' },
    { next },
  )

  assert.equal(end.content.documentStatus, 'Success')
  assert.deepEqual(agent.server.calls.find(({ operation }) => operation === 'GetDocument')?.input, {
    Name: 'arn:aws:ssm:us-east-1:123456789012:document/Own',
    DocumentFormat: 'JSON',
    DocumentVersion: '3',
  })
  const steps = new Map(agent.server.replies.flatMap(({ content }) => [...content.plugins]))
  assert.equal(steps.get('run')?.standardOutput, 'said\n')
})

test('a folder of GitHub comes by its API, with the token that is kept as a SecureString', async (t) => {
  const tree: Readonly<Record<string, readonly string[] | string>> = {
    src: ['src/a', 'src/sub'],
    'src/sub': ['src/sub/b'],
  }
  const tokens = new Set<string | undefined>()
  const github = await serveFiles(t, (request, response) => {
    tokens.add(request.headers.authorization)
    const url = new URL(request.url ?? '', 'http://github')
    assert.equal(url.searchParams.get('ref'), 'dev')
    const path = decodeURIComponent(url.pathname.slice('/api/repos/me/repo/contents/'.length))
    const entries = tree[path]
    if (entries === undefined) response.end(`content of ${path}`)
    else response.end(JSON.stringify([...entries].map((one) => ({ path: one, type: one in tree ? 'dir' : 'file' }))))
  })
  const agent = await givenAgent(t, { downloads: { ...none, githubApi: new URL(`${github.url}/api`) } })
  agent.server.answers.set('GetParameters', () => ({
    Parameters: [{ Name: 'token', Type: 'SecureString', Value: 'ghp', Version: 1 }],
  }))
  const to = join(agent.stateDirectory, 'to')
  const info = {
    owner: 'me',
    repository: 'repo',
    path: 'src',
    getOptions: 'branch:dev',
    tokenInfo: '{{ssm-secure:token}}',
  }

  const end = await download(agent, 'GitHub', info, { destinationPath: to })

  assert.equal(fault(end), '')
  assert.deepEqual(readdirSync(to, { recursive: true }).sort(), ['a', 'sub', 'sub/b'])
  assert.equal(readFileSync(join(to, 'sub/b'), 'utf8'), 'content of src/sub/b')
  assert.deepEqual([...tokens], ['Bearer ghp'])
})

test('a file of GitHub is kept only when it is what sha256 says', async (t) => {
  const github = await serveFiles(t, (request, response) => {
    response.end(request.headers.accept?.includes('raw') ? 'content' : '{"type":"file"}')
  })
  const agent = await givenAgent(t, { downloads: { ...none, githubApi: new URL(github.url) } })
  const to = join(agent.stateDirectory, 'to')
  const fetchWith = (sha256: string) =>
    download(agent, 'GitHub', { owner: 'me', repository: 'repo', path: 'a', sha256 }, { destinationPath: to })

  assert.match(fault(await fetchWith('0'.repeat(64))), /^Its SHA-256 is [0-9a-f]{64} and not 0{64}/)
  assert.equal(existsSync(to), false)

  assert.equal(fault(await fetchWith(createHash('sha256').update('content').digest('hex'))), '')
  assert.equal(readFileSync(to, 'utf8'), 'content')
})

const waiting: readonly (readonly [string, object])[] = [
  ['HTTP', { url: 'https://127.0.0.1/x', authMethod: 'Basic', username: 'me', password: '{{ssm-secure:pw}}' }],
  ['GitHub', { owner: 'me', repository: 'r', tokenInfo: '{{ssm-secure:pw}}' }],
  ['Git', { repository: 'https://127.0.0.1/x', username: 'me', password: '{{ssm-secure:pw}}' }],
  ['SSMDocument', { name: 'Own' }],
]

test('a cancel ends a download that waits for a secret or for a document, at once', async (t) => {
  const agent = await givenAgent(t, { downloads: { ...none, githubApi: new URL('http://127.0.0.1:1') } })
  const { server } = agent
  for (const operation of ['GetParameters', 'GetDocument']) server.answers.set(operation, () => 'ThrottlingException')
  const asked = () =>
    server.calls.filter(({ operation }) => operation === 'GetParameters' || operation === 'GetDocument').length
  const commandIds = waiting.map(([sourceType, sourceInfo]) => {
    const mainSteps = [{ action: 'aws:downloadContent', name: 'download', inputs: { sourceType, sourceInfo } }]
    return server.sendCommand({ steps: [], document: { schemaVersion: '2.2', mainSteps } })
  })
  await server.until('the calls', () => asked() >= waiting.length)

  for (const commandId of commandIds) server.cancelCommand(commandId)
  const ends = await Promise.all(commandIds.map((commandId) => server.endOf(commandId)))

  for (const { content } of ends) assert.equal(content.documentStatus, 'Cancelled')
  // Each would have been tried four times, in seven seconds.
  assert.ok(asked() < waiting.length * 3, `${asked()} calls`)
})

const bad: readonly (readonly [string, unknown, RegExp])[] = [
  ['', '{}', /^invalid input: SourceType must be specified$/],
  ['FTP', '{}', /^invalid input: Unsupported source type$/],
  ['HTTP', '', /^invalid input: SourceInfo must be specified$/],
  ['HTTP', 'no object', /SourceInfo for source type HTTP is not an object/],
  ['S3', '{}', /^S3 source path in SourceInfo must be specified$/],
  ['SSMDocument', '{}', /^SSM Document name in SourceType must be specified$/],
  ['GitHub', '{"owner":"me"}', /^Repository for GitHub SourceType must be specified$/],
  ['GitHub', '{"owner":"me","repository":"r"}', /asks GitHub for nothing unless it is started with --github-api/],
]

test('inputs that say too little are refused with the reason', async (t) => {
  const agent = await givenAgent(t)
  for (const [type, info, reason] of bad) {
    const end = await download(agent, type, info)
    assert.equal(end.content.documentStatus, 'Failed')
    assert.match(fault(end), reason)
  }
})
