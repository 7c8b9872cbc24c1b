import assert from 'node:assert/strict'
import { randomBytes, X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { createVault } from '../store/vault.ts'
import { type ServerCertificate, serverCertificate } from './private-ca.ts'

const vault = createVault([randomBytes(32)], (length) => randomBytes(length))
const certify = (folder: string, hosts: readonly string[], now: Date) =>
  serverCertificate({ folder, vault, hosts, now })

const start = new Date()
const days = (count: number) => new Date(start.getTime() + count * 24 * 60 * 60_000)

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-tls-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'tls')
}

/** Shakes hands as a client that trusts this authority alone. Throws when it does not believe the server. */
async function handshake(t: TestContext, { cert, key }: ServerCertificate, ca: string, servername: string) {
  const server = createServer({ cert, key }, (socket) => socket.end())
  t.after(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.on('tlsClientError', () => undefined)
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca, servername }, () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', reject)
  })
}

const serialOf = ({ cert }: Pick<ServerCertificate, 'cert'>) => new X509Certificate(cert).serialNumber

test('a client that trusts ca.pem alone believes the server under each of its names', async (t) => {
  const folder = folderOf(t)
  const made = await certify(folder, ['fairlead.example.com'], start)
  const ca = readFileSync(join(folder, 'ca.pem'), 'utf8')
  assert.equal(ca, made.ca)
  for (const name of ['localhost', 'fairlead.example.com']) await handshake(t, made, ca, name)
  await assert.rejects(handshake(t, made, ca, 'other.example.com'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  const stranger = await certify(folderOf(t), [], start)
  await assert.rejects(handshake(t, made, stranger.ca, 'localhost'))
})

test('addresses are named as addresses, also one that a URL has put into brackets', async (t) => {
  const made = await certify(folderOf(t), ['192.0.2.1', '[2001:db8::1]', '::', '0.0.0.0'], start)
  const certificate = new X509Certificate(made.cert)
  for (const address of ['127.0.0.1', '::1', '192.0.2.1', '2001:db8::1']) {
    assert.equal(certificate.checkIP(address), address)
  }
})

test('keys are for the owner alone, and nothing half-written is left', async (t) => {
  const folder = folderOf(t)
  await certify(folder, [], start)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  const modes = readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)])
  assert.deepEqual(Object.fromEntries(modes), {
    'ca.key': '600',
    'ca.pem': '644',
    'server.key': '600',
    'server.pem': '644',
  })
})

test('the second start has the same certificates', async (t) => {
  const folder = folderOf(t)
  const first = await certify(folder, ['a.example.com'], start)
  assert.deepEqual(await certify(folder, ['a.example.com'], days(1)), first)
})

test('a new host, or an end that is near, makes a new certificate under the same authority', async (t) => {
  const folder = folderOf(t)
  const first = await certify(folder, ['a.example.com'], start)
  const wider = await certify(folder, ['a.example.com', 'b.example.com'], start)
  assert.equal(wider.ca, first.ca)
  assert.notEqual(serialOf(wider), serialOf(first))
  await handshake(t, wider, first.ca, 'b.example.com')

  const soon = await certify(folder, ['b.example.com'], days(366))
  assert.equal(serialOf(soon), serialOf(wider))
  const late = await certify(folder, ['b.example.com'], days(368))
  assert.notEqual(serialOf(late), serialOf(wider))
  assert.equal(late.ca, first.ca)
})

test("a certificate of another authority is not kept, although the authority's name is the same", async (t) => {
  const folder = folderOf(t)
  await certify(folder, [], start)
  for (const name of ['ca.key', 'ca.pem']) rmSync(join(folder, name))
  const second = await certify(folder, [], start)
  await handshake(t, second, second.ca, 'localhost')
})

test('a certificate that was left half-written is made anew', async (t) => {
  const folder = folderOf(t)
  const first = await certify(folder, [], start)
  const other = await certify(folderOf(t), [], start)
  for (const [name, text] of [
    ['server.pem', ''],
    ['server.pem', first.cert.slice(0, 100)],
    ['server.key', 'no key'],
    ['server.key', other.key],
  ] as const) {
    writeFileSync(join(folder, name), text)
    const made = await certify(folder, [], start)
    await handshake(t, made, first.ca, 'localhost')
  }
})

test('an authority whose files are no pair is reported and not replaced', async (t) => {
  const folder = folderOf(t)
  const first = await certify(folder, [], start)
  const strange = readFileSync(join(folder, 'server.key'), 'utf8')
  writeFileSync(join(folder, 'ca.key'), strange)
  await assert.rejects(certify(folder, [], start), /ca\.pem and ca\.key do not belong together/)
  assert.equal(readFileSync(join(folder, 'ca.pem'), 'utf8'), first.ca)
})

test('private keys are not on disk in the clear, and are of no use with another master key', async (t) => {
  const folder = folderOf(t)
  const { key } = await certify(folder, [], start)
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8')
    assert.ok(!text.includes('PRIVATE KEY') && !text.includes(key.split('\n')[1] ?? ''), name)
  }

  const otherVault = createVault([randomBytes(32)], (length) => randomBytes(length))
  const asked = serverCertificate({ folder, vault: otherVault, hosts: [], now: start })
  await assert.rejects(asked, /ca\.pem and ca\.key do not belong together/)
})
