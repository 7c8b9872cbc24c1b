import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { agentFiles, agentLinks } from './agent-bundle/agent-files.ts'
import { makeBundle } from './agent-bundle/make-bundle.ts'

const help = `Usage: npm run bundle-agent -- --out FILE [--version VERSION]

Makes one file of the agent, as it is here, for nodes of this platform: fairlead admin publish-agent gives it to a server.
The same sources make the same bytes. Node is not in it: nodes run it with the Node that is installed there.

  --version VERSION   what the agent calls itself; that of packages/agent/package.json
`

const root = fileURLToPath(new URL('..', import.meta.url))

function main(): number {
  const options = {
    out: { type: 'string' },
    version: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const
  const { out, version: named, help: isAsked } = parseArgs({ options }).values
  if (isAsked === true || out === undefined) {
    process[isAsked === true ? 'stdout' : 'stderr'].write(help)
    return isAsked === true ? 0 : 2
  }
  const version = named ?? readPackage('packages/agent/package.json').version
  const { node: engines } = readPackage('package.json').engines
  const { platform, arch } = process
  const bytes = makeBundle({ version, platform, arch, engines, links: agentLinks }, agentFiles(root, version))
  writeFileSync(`${out}.new`, bytes)
  renameSync(`${out}.new`, out)
  const digest = createHash('sha256').update(bytes).digest('hex')
  process.stdout.write(
    `${out}: fairlead-agent ${version} for ${platform}-${arch}, ${bytes.length} bytes, SHA-256 ${digest}\n`,
  )
  return 0
}

function readPackage(path: string): { readonly version: string; readonly engines: { readonly node: string } } {
  return JSON.parse(readFileSync(`${root}${path}`, 'utf8')) as ReturnType<typeof readPackage>
}

if (import.meta.main) process.exitCode = main()
