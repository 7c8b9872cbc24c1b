import assert from 'node:assert/strict'
import { randomBytes, verify } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { account, allow, type Given, given, removal } from '@fairlead/testkit/given'
import { activate, NodeMachine, nodeRole } from '@fairlead/testkit/node-machine'
import { bundleEntry, encodeManifest, signedText } from '@fairlead/wire/agent-bundle'
import { main } from './admin.ts'
import { backup } from './backup.ts'

const folder = mkdtempSync(join(tmpdir(), 'fairlead-agents-'))
after(() => rmSync(folder, removal))

/** The path of a bundle; each version has bytes of its own. */
function bundleFile(
  version: string,
  content = `start ${version}`,
  platform = 'linux',
  stated = content.length,
): string {
  const files = [{ path: bundleEntry, bytes: stated, isExecutable: false }]
  const line = encodeManifest({ version, platform, arch: 'x64', engines: '>=24', files, links: [] })
  const path = join(folder, `${version}-${platform}-${randomBytes(4).toString('hex')}`)
  writeFileSync(path, Buffer.concat([Buffer.from(line), gzipSync(content, { level: 0 })]))
  return path
}

async function admin(dataDir: string, ...args: readonly string[]): Promise<{ code: number; said: string }> {
  let said = ''
  const told = { write: (text: string) => (said += text) }
  const code = await main([...args, '--data-dir', dataDir], {}, { stdout: told, stderr: told })
  return { code, said }
}

const platform = { Platform: 'linux', Architecture: 'x64' }

test('a version that is published while the server runs is fetched by nodes, in pieces, and carries its signature', async (t) => {
  const { dataDir, root, ...world } = await given(t)
  const content = randomBytes(150_000).toString('base64')
  const path = bundleFile('1.2.3', content)
  const published = await admin(dataDir, 'publish-agent', path)
  assert.deepEqual(
    [published.code, published.said.startsWith('Published: fairlead-agent 1.2.3 for linux-x64.')],
    [0, true],
  )
  await admin(dataDir, 'publish-agent', bundleFile('1.10.0'))
  await admin(dataDir, 'publish-agent', bundleFile('9.0.0', 'x', 'darwin'))
  const node = await (await NodeMachine.register({ ...world, root })).client()

  assert.equal((await node.call('fairlead', 'GetAgentBundle', platform)).Version, '1.10.0')
  const found = await node.call('fairlead', 'GetAgentBundle', { ...platform, Version: '1.2.3' })
  const parts: Uint8Array[] = []
  for (let Offset = 0; Offset < (found.Bytes ?? 0); Offset += parts.at(-1)?.length ?? 0) {
    const { Content = new Uint8Array() } = await node.call('fairlead', 'GetAgentBundlePart', {
      ...platform,
      Version: '1.2.3',
      Offset,
    })
    parts.push(Content)
  }

  assert.ok(parts.length > 2)
  assert.deepEqual(Buffer.concat(parts), readFileSync(path))
  const { PublicKey = new Uint8Array() } = await node.call('fairlead', 'GetAgentSigningKey', {})
  const { Version = '', Bytes = 0, Sha256 = '', Signature = new Uint8Array() } = found
  const facts = { version: Version, platform: 'linux', arch: 'x64', bytes: Bytes, sha256: Sha256 }
  const key = { key: Buffer.from(PublicKey), format: 'der', type: 'spki' } as const
  assert.ok(verify(null, Buffer.from(signedText(facts)), key, Signature))
  const behind = { ...platform, Version: '1.2.3', Offset: Bytes }
  await assert.rejects(node.call('fairlead', 'GetAgentBundlePart', behind), { code: 'ValidationException' })
  const missing = { code: 'DoesNotExistException', message: /no version 7\.7\.7 of the agent for linux-x64/ }
  await assert.rejects(node.call('fairlead', 'GetAgentBundle', { ...platform, Version: '7.7.7' }), missing)

  assert.deepEqual((await admin(dataDir, 'remove-agent', '1.10.0')).code, 0)
  assert.equal((await node.call('fairlead', 'GetAgentBundle', platform)).Version, '1.2.3')
})

test('only nodes fetch, and only with what AmazonSSMManagedInstanceCore allows', async (t) => {
  const { dataDir, caller, ...world } = await given(t, { policies: [allow('*')] })
  await admin(dataDir, 'publish-agent', bundleFile('1.2.3'))
  const part = { ...platform, Version: '1.2.3', Offset: 0 }
  const IamRole = await nodeRole(world, 'bare')
  const node = await NodeMachine.register(world, { activation: await activate(world, { IamRole }) })
  const before = await node.client()
  assert.ok((await before.call('fairlead', 'GetAgentBundlePart', part)).Content)

  await world.root.query('iam', 'DetachRolePolicy', {
    RoleName: IamRole,
    PolicyArn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore',
  })

  const denied = { code: 'AccessDeniedException' }
  for (const client of [caller, world.root, before]) {
    await assert.rejects(client.call('fairlead', 'GetAgentSigningKey', {}), denied)
    await assert.rejects(client.call('fairlead', 'GetAgentBundle', platform), denied)
    await assert.rejects(client.call('fairlead', 'GetAgentBundlePart', part), denied)
  }
  const message = new RegExp(
    `assumed-role/bare/${node.nodeId} is not authorized to perform: ssm:GetManifest .*${account}`,
  )
  await assert.rejects(before.call('fairlead', 'GetAgentBundle', platform), { message })
})

test('what is no bundle, damaged, or another of the same version is not published, and nothing is left of it', async (t) => {
  const { dataDir } = await given(t)
  const garbage = join(folder, 'garbage')
  writeFileSync(garbage, 'x'.repeat(2_000_000))
  const huge = join(folder, 'huge')
  writeFileSync(huge, '')
  truncateSync(huge, 2 ** 40)
  const cut = bundleFile('1.0.0', 'start'.repeat(1000))
  writeFileSync(cut, readFileSync(cut).subarray(0, -10))
  const first = bundleFile('1.1.0')
  assert.equal((await admin(dataDir, 'publish-agent', first)).code, 0)

  const refused = async (file: string, reason: RegExp) => {
    const { code, said } = await admin(dataDir, 'publish-agent', file)
    assert.equal(code, 2)
    assert.match(said, reason)
  }
  await refused(garbage, /not a bundle/)
  await refused(huge, /134217728 bytes at most/)
  await refused(cut, /damaged/)
  await refused(bundleFile('1.2.0', 'start', 'linux', 4), /damaged/)
  await refused(bundleFile('1.3.0', 'start', 'linux', 6), /damaged/)
  await refused(bundleFile('1.1.0', 'other'), /Another 1\.1\.0-linux-x64 is published/)
  await refused(join(folder, 'nowhere'), /There is no/)
  assert.match((await admin(dataDir, 'publish-agent', first)).said, /^Published already/)
  assert.deepEqual(readdirSync(join(dataDir, 'agent-bundles')).sort(), [
    ...['1.1.0-linux-x64', '1.1.0-linux-x64.json', 'signing-key'],
  ])
})

test('a master key that is not the one of the database signs nothing, and makes no signing key', async (t) => {
  const { dataDir } = await given(t)
  let said = ''
  const told = { write: (text: string) => (said += text) }
  const FAIRLEAD_MASTER_KEY = randomBytes(32).toString('base64')
  const publish = ['publish-agent', bundleFile('1.0.0'), '--data-dir', dataDir]

  const code = await main(publish, { FAIRLEAD_MASTER_KEY }, { stdout: told, stderr: told })

  assert.equal(code, 1)
  assert.match(said, /not the one that sealed the database/)
  assert.deepEqual(readdirSync(join(dataDir, 'agent-bundles')), [])
  assert.equal((await admin(dataDir, 'publish-agent', bundleFile('1.0.0'))).code, 0)
})

test('what is published is listed newest first, for people and as JSON, and taken back by its version', async (t) => {
  const { dataDir } = await given(t)
  assert.match((await admin(dataDir, 'list-agents')).said, /^Nothing is published yet/)
  for (const version of ['1.9.0', '1.10.0']) await admin(dataDir, 'publish-agent', bundleFile(version))
  const other = await admin(dataDir, 'publish-agent', bundleFile('1.9.0', 'x', 'darwin'), '--json')
  assert.deepEqual([JSON.parse(other.said).Version, JSON.parse(other.said).IsNew], ['1.9.0', true])

  const { said } = await admin(dataDir, 'list-agents')
  assert.match(said, /^1\.10\.0 +linux-x64 +\d+ bytes {2}20\S+Z {2}Node >=24\n1\.9\.0/)
  await admin(dataDir, 'remove-agent', '1.9.0', '--platform', 'darwin-x64')
  const listed = JSON.parse((await admin(dataDir, 'list-agents', '--json')).said) as { Agents: { Version: string }[] }
  assert.deepEqual(
    listed.Agents.map(({ Version }) => Version),
    ['1.10.0', '1.9.0'],
  )
  assert.match((await admin(dataDir, 'remove-agent', '3.0.0')).said, /3\.0\.0 is not published/)
  assert.equal((await admin(join(folder, 'nowhere'), 'list-agents')).code, 2)
})

test('a description that was altered hands out nothing, and breaks nothing', async (t) => {
  const { dataDir, root } = await given(t)
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) await admin(dataDir, 'publish-agent', bundleFile(version))
  const place = (version: string) => join(dataDir, 'agent-bundles', `${version}-linux-x64.json`)
  writeFileSync(place('1.1.0'), '{"version":')
  const kept = JSON.parse(readFileSync(place('1.2.0'), 'utf8')) as object
  writeFileSync(place('1.2.0'), JSON.stringify({ ...kept, version: '../../master.key' }))

  const listed = JSON.parse((await admin(dataDir, 'list-agents', '--json')).said) as { Agents: { Version: string }[] }

  assert.deepEqual(
    listed.Agents.map(({ Version }) => Version),
    ['1.0.0'],
  )
  rmSync(join(dataDir, 'agent-bundles'), { recursive: true })
  await root.call('ssm', 'DescribeInstanceInformation', {})
})

test('nodes of our agent are the latest when they have the newest version that is published for their platform', async (t) => {
  const { dataDir, root, ...world } = await given(t)
  const node = await NodeMachine.register({ ...world, root })
  const isLatest = async (AgentVersion: string) => {
    await node.report({ AgentName: 'fairlead-agent', AgentVersion })
    const { InstanceInformationList: nodes = [] } = await root.call('ssm', 'DescribeInstanceInformation', {})
    return nodes[0]?.IsLatestVersion
  }
  assert.equal(await isLatest('999.0.0'), true)
  await admin(dataDir, 'publish-agent', bundleFile('1000.0.0'))
  assert.equal(await isLatest('999.0.0'), false)
  assert.equal(await isLatest('1000.0.0'), true)
})

test('a signing key that is lost is told at the start and in the list, and none takes its place unasked', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-agents-'))
  t.after(() => rmSync(dataDir, removal))
  const first = await given(t, { dataDir })
  await admin(dataDir, 'publish-agent', bundleFile('1.0.0'))
  assert.doesNotMatch((await admin(dataDir, 'list-agents')).said, /refuse/)
  await first.stop()
  const key = join(dataDir, 'agent-bundles', 'signing-key')
  rmSync(key)

  const warnings: string[] = []
  const quiet = () => undefined
  const warn = (fields: object, message: string) => void warnings.push(`${message} ${JSON.stringify(fields)}`)
  const second = await given(t, { dataDir, log: { debug: quiet, info: quiet, warn, error: quiet } })
  assert.ok(
    warnings.some((line) => /nodes refuse these.*1\.0\.0-linux-x64/.test(line)),
    warnings.join('\n'),
  )
  assert.match((await admin(dataDir, 'list-agents')).said, /Nodes refuse 1\.0\.0-linux-x64: another key/)
  const listed = JSON.parse((await admin(dataDir, 'list-agents', '--json')).said) as { Agents: object[] }
  assert.deepEqual(
    listed.Agents.map((one) => 'IsSignatureOfKey' in one && one.IsSignatureOfKey),
    [false],
  )
  const node = await (await NodeMachine.register(second)).client()
  await assert.rejects(node.call('fairlead', 'GetAgentSigningKey', {}), { code: 'DoesNotExistException' })
  assert.ok(!existsSync(key))
  await second.stop()
})

test('the signing key outlives a new master key, and is taken along by a backup', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-agents-'))
  t.after(() => rmSync(dataDir, removal))
  const sealed = () => readFileSync(join(dataDir, 'agent-bundles', 'signing-key'), 'utf8')
  const keyOf = async (server: Given) => {
    const node = await (await NodeMachine.register(server)).client()
    return (await node.call('fairlead', 'GetAgentSigningKey', {})).PublicKey
  }
  const first = await given(t, { dataDir })
  await admin(dataDir, 'publish-agent', bundleFile('1.0.0'))
  const before = { sealed: sealed(), key: await keyOf(first) }
  await first.stop()
  const master = join(dataDir, 'master.key')
  const fresh = randomBytes(32).toString('base64')
  const old = readFileSync(master, 'utf8')
  writeFileSync(master, `${fresh}\n${old}`)

  const second = await given(t, { dataDir })

  assert.notEqual(sealed(), before.sealed)
  assert.deepEqual(await keyOf(second), before.key)
  const [to, agentsTo] = [join(folder, 'copy.db'), join(folder, 'copy-of-agents')]
  assert.match(await backup(['--data-dir', dataDir, '--to', to], {}), /Not in it: the key that signs/)
  assert.match(await backup(['--data-dir', dataDir, '--to', to, '--agents-to', agentsTo], {}), /And the key that signs/)
  assert.deepEqual(readdirSync(agentsTo), readdirSync(join(dataDir, 'agent-bundles')))
  assert.equal((await admin(dataDir, 'publish-agent', bundleFile('1.1.0'))).code, 0)

  // Lost after all: what is published is signed anew when it is published anew.
  rmSync(join(dataDir, 'agent-bundles', 'signing-key'))
  assert.match((await admin(dataDir, 'publish-agent', bundleFile('1.0.0'))).said, /^Published: /)
  assert.match((await admin(dataDir, 'publish-agent', bundleFile('1.0.0'))).said, /^Published already/)
  assert.notDeepEqual(await keyOf(second), before.key)
  await second.stop()
})
