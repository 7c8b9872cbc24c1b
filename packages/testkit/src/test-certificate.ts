import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerCertificate, serverCertificate } from '@fairlead/server/private-ca'

/** A certificate for this machine by an authority that nobody else knows; its files are gone when the test ends. */
export async function testCertificate(test: { after(clean: () => void): void }): Promise<ServerCertificate> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-tls-'))
  test.after(() => rmSync(folder, { recursive: true, force: true }))
  const asItIs = (secret: string | Uint8Array) => Buffer.from(secret)
  const vault = { seal: asItIs, open: asItIs, isStale: () => false }
  return serverCertificate({ folder, vault, hosts: ['127.0.0.1'], now: new Date() })
}
