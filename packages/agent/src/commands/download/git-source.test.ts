import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { givenAgent } from '@fairlead/testkit/given-agent'
import { gitSource } from './git-source.ts'
import { HttpConnections } from './http-connections.ts'
import type { DownloadWorld } from './source.ts'
import { download, fault } from './testing/download.ts'
import { serveFiles } from './testing/file-server.ts'
import { TestRepository } from './testing/git-server.ts'

test('the files of a branch or of a commit are fetched, and put among those that are there', async (t) => {
  const agent = await givenAgent(t)
  const repository = new TestRepository(t)
  writeFileSync(join(repository.path, 'a'), 'one')
  const first = repository.commit()
  mkdirSync(join(repository.path, 'sub'))
  writeFileSync(join(repository.path, 'a'), 'two')
  writeFileSync(join(repository.path, 'sub/b'), 'b')
  symlinkSync('../a', join(repository.path, 'sub/link'))
  repository.commit()
  repository.git('checkout', '--quiet', '-b', 'feature/x')
  writeFileSync(join(repository.path, 'a'), 'three')
  repository.commit()
  repository.git('checkout', '--quiet', 'main')
  const files = await serveFiles(t, (request, response) => repository.serve(request, response))
  const to = join(agent.stateDirectory, 'to')
  mkdirSync(to)
  writeFileSync(join(to, 'own'), 'own')
  const fetchInto = (getOptions?: string) =>
    download(agent, 'Git', { repository: `${files.url}/.git`, getOptions }, { destinationPath: to })
  const a = () => readFileSync(join(to, 'a'), 'utf8')

  const end = await fetchInto()
  assert.equal(fault(end), '')
  assert.deepEqual(readdirSync(to, { recursive: true }).sort(), ['a', 'own', 'sub', 'sub/b', 'sub/link'])
  assert.equal(readlinkSync(join(to, 'sub/link')), '../a')
  assert.equal(lstatSync(join(to, 'a')).mode & 0o777, 0o700)
  assert.equal(a(), 'two')

  await fetchInto('branch:feature/x')
  assert.equal(a(), 'three')

  await fetchInto(`commitID:${first}`)
  assert.equal(a(), 'one')
})

test('what is not to be had or leads out of the repository leaves nothing behind', async (t) => {
  const agent = await givenAgent(t, { downloads: { s3Endpoint: undefined, githubApi: undefined, limitBytes: 100_000 } })
  const repository = new TestRepository(t)
  symlinkSync('/etc', join(repository.path, 'out'))
  repository.commit()
  repository.git('checkout', '--quiet', '--orphan', 'long')
  repository.git('rm', '--quiet', '-r', '--cached', '.')
  repository.git('clean', '-fdq')
  for (const name of ['x', 'y', 'z']) writeFileSync(join(repository.path, name), 'x'.repeat(40_000))
  repository.commit()
  repository.git('checkout', '--quiet', '--orphan', 'chain')
  repository.git('rm', '--quiet', '-rf', '.')
  mkdirSync(join(repository.path, 'd'))
  symlinkSync('..', join(repository.path, 'd/up'))
  symlinkSync('d/up/..', join(repository.path, 'z'))
  repository.commit()
  repository.git('checkout', '--quiet', 'main')
  nameBranch(repository, 'endless', 'x'.repeat(200_000))
  const files = await serveFiles(t, (request, response) => repository.serve(request, response))
  const to = join(agent.stateDirectory, 'to')
  const url = `${files.url}/.git`
  const failing: readonly (readonly [object, RegExp])[] = [
    [{ repository: url }, /The link out leads out of the repository/],
    [{ repository: url, getOptions: 'branch:chain' }, /The link z leads out of the repository/],
    [{ repository: url, getOptions: 'branch:long' }, /more of it than this agent downloads/],
    [{ repository: url, getOptions: 'branch:endless' }, /git says a line of more than 16384 characters/],
    [{ repository: url, getOptions: 'branch:nobody' }, /couldn't find remote ref nobody/],
    [{ repository: url, getOptions: 'branch:--upload-pack=x' }, /is no name of a branch/],
    [{ repository: url, getOptions: 'commitID:main' }, /is no id of a commit/],
    [{ repository: url, getOptions: 'tag:x' }, /^Type of option is unknown/],
    [{ repository: `${files.url}/none` }, /not found/i],
    [{ repository: 'ssh://git@localhost/x' }, /by http and https only/],
    [{ repository: 'file:///etc' }, /by http and https only/],
    [{ repository: '' }, /^Repository for Git resources type must be specified$/],
    [{ repository: url, sha256: '0'.repeat(64) }, /sha256 in sourceInfo is for one file/],
  ]

  for (const [info, reason] of failing) {
    const end = await download(agent, 'Git', info, { destinationPath: to })
    assert.equal(end.content.documentStatus, 'Failed')
    assert.match(fault(end), reason)
    const scratch = join(agent.stateDirectory, 'commands', end.commandId, '0-download')
    assert.deepEqual(existsSync(scratch) ? readdirSync(scratch) : [], [])
  }
  assert.equal(existsSync(to) ? readdirSync(to).length : 0, 0)
})

test('a cancel ends the moving of files too', async (t) => {
  const repository = new TestRepository(t)
  for (let n = 0; n < 300; n++) writeFileSync(join(repository.path, `file-${n}`), '')
  repository.commit()
  const files = await serveFiles(t, (request, response) => repository.serve(request, response))
  const scratch = mkdtempSync(join(tmpdir(), 'fairlead-move-'))
  t.after(() => rmSync(scratch, { recursive: true, force: true }))
  const destination = join(scratch, 'to')
  mkdirSync(destination)
  const giveUp = new AbortController()
  const watcher = watch(destination, () => giveUp.abort(new Error('the step was stopped')))
  t.after(() => watcher.close())
  const nobody = () => Promise.reject(new Error('nobody is asked'))
  const world: DownloadWorld = {
    environment: { PATH: '/usr/bin:/bin' },
    certificateAuthority: undefined,
    s3Endpoint: undefined,
    githubApi: undefined,
    limitBytes: 100_000,
    calls: { getParameters: nobody, getDocument: nobody },
    region: 'us-east-1',
    now: () => 0,
    newId: () => '',
    s3Signer: nobody,
  }
  const allowance = { left: world.limitBytes }
  const connections = new HttpConnections(world)

  const fetched = gitSource(
    { repository: `${files.url}/.git` },
    { destination, scratch, signal: giveUp.signal, connections, allowance },
    world,
  )

  await assert.rejects(fetched, /the step was stopped/)
  assert.ok(readdirSync(destination).length < 300)
})

test('a password is sent to the server of the repository, and not to where that one redirects', async (t) => {
  const agent = await givenAgent(t)
  const seen = new Set<string | undefined>()
  const elsewhere = await serveFiles(t, (request, response) => {
    seen.add(`elsewhere ${request.headers.authorization}`)
    response.writeHead(404).end()
  })
  const files = await serveFiles(t, (request, response) => {
    seen.add(request.headers.authorization)
    response.writeHead(302, { location: `${elsewhere.url}${request.url}` }).end()
  })

  await download(agent, 'Git', { repository: `${files.url}/r`, username: 'me', password: 'pw' })

  assert.deepEqual([...seen], [`Basic ${Buffer.from('me:pw').toString('base64')}`, 'elsewhere undefined'])
})

/** Makes a branch of one empty file with a name that no disk takes. */
function nameBranch(repository: TestRepository, branch: string, name: string): void {
  const blob = Buffer.from(repository.git('hash-object', '-w', '/dev/null'), 'hex')
  const file = join(repository.path, '.git/tree')
  writeFileSync(file, Buffer.concat([Buffer.from(`100644 ${name}\0`), blob]))
  const tree = repository.git('hash-object', '-t', 'tree', '-w', '--literally', file)
  repository.git('branch', branch, repository.git('commit-tree', '-m', 'test', tree))
}
