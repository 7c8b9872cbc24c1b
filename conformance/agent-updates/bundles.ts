import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { main as admin } from '@fairlead/server/admin'
import { bundleEntry } from '@fairlead/wire/agent-bundle'
import { agentFiles, agentLinks } from '../../tools/agent-bundle/agent-files.ts'
import { makeBundle } from '../../tools/agent-bundle/make-bundle.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const about = { platform: process.platform, arch: process.arch, engines: '>=24' }

/** The agent as it is here, by another number. */
export function bundleOf(version: string): Uint8Array {
  return makeBundle({ ...about, version, links: agentLinks }, agentFiles(root, version))
}

/** The same with native code that no system loads. */
export function bundleWithoutNative(version: string): Uint8Array {
  const files = agentFiles(root, version).map((file) =>
    file.path.endsWith('.node') ? { ...file, content: Buffer.from('no code') } : file,
  )
  return makeBundle({ ...about, version, links: agentLinks }, files)
}

/** A bundle that runs this in place of an agent. */
export function bundleThat(version: string, script: string): Uint8Array {
  const content = Buffer.from(script)
  return makeBundle({ ...about, version, links: [] }, [{ path: bundleEntry, content, isExecutable: false }])
}

/** Publishes a bundle on a server as its administrator does. Throws with what was said when it is refused. */
export async function publish(dataDir: string, bundle: Uint8Array): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bundle-'))
  try {
    const file = join(folder, 'agent.bundle')
    writeFileSync(file, bundle)
    let said = ''
    const told = { write: (text: string) => (said += text) }
    const code = await admin(['publish-agent', file, '--data-dir', dataDir], {}, { stdout: told, stderr: told })
    if (code !== 0) throw new Error(said)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Alters what a server keeps of a version, as somebody would who can write its disk and does not know the master key. */
export function alter(dataDir: string, version: string, changes: object): void {
  const path = join(dataDir, 'agent-bundles', `${version}-${process.platform}-${process.arch}.json`)
  const kept = JSON.parse(readFileSync(path, 'utf8')) as object
  rmSync(path)
  writeFileSync(path, JSON.stringify({ ...kept, ...changes }))
}
