import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder that is removed when the test is over. */
export function temporaryFolder(t: { after(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-cli-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Writes what a server that runs would have written; its process is this one unless another is named. */
export function writeServerJson(dataDir: string, changes: Readonly<Record<string, unknown>> = {}): void {
  mkdirSync(dataDir, { recursive: true })
  const file = {
    urls: ['https://127.0.0.1:7443', 'http://127.0.0.1:7070'],
    region: 'eu-west-1',
    accountId: '123456789012',
    pid: process.pid,
    credentialsFile: join(dataDir, 'credentials'),
    caFile: join(dataDir, 'tls/ca.pem'),
    ...changes,
  }
  writeFileSync(join(dataDir, 'server.json'), JSON.stringify(file))
}
