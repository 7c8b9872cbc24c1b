import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BundleError, compareAgentVersions } from '@fairlead/wire/agent-bundle'
import { DiskAgentBundles } from './blobs/agent-bundles/disk-agent-bundles.ts'
import { cutBundles, publishBundle, removeBundle } from './blobs/agent-bundles/publish-bundle.ts'
import { ConfigError, readConfig } from './config.ts'
import { type BundleName, bundleFileName, type PublishedBundle } from './domain/agent-bundles.ts'
import { readMasterKeys } from './store/master-key.ts'
import { requireKeys, sealingKeys } from './store/sealing-keys.ts'
import { Reader } from './store/sqlite/reader.ts'
import { createVault, type Vault } from './store/vault.ts'
import { systemClock } from './system-clock.ts'

/** `fairlead admin …` for versions of the agent. They answer what the operator reads, and throw ConfigError for what is to be mended. */
export const agentCommandHelp = `  publish-agent    gives the server a version of the agent, made by npm run bundle-agent, for nodes to fetch with
                   AWS-UpdateSSMAgent: fairlead admin publish-agent FILE
  list-agents      what is published
  remove-agent     takes a version back: fairlead admin remove-agent VERSION [--platform linux-x64]. Nodes that have it
                   keep it.

These three work while the server runs, and write JSON with --json.

  npm run bundle-agent -- --out agent.bundle
  fairlead admin publish-agent agent.bundle --data-dir /var/lib/fairlead
  aws ssm send-command --document-name AWS-UpdateSSMAgent --targets Key=tag:role,Values=web
`

const databaseName = 'fairlead.db'

type Environment = Readonly<Record<string, string | undefined>>
type AgentCommand = (args: readonly string[], environment: Environment) => Promise<string>

const commands: Readonly<Record<string, AgentCommand>> = {
  'publish-agent': publish,
  'list-agents': list,
  'remove-agent': remove,
}

export function agentCommandOf(word: string): AgentCommand | undefined {
  return Object.hasOwn(commands, word) ? commands[word] : undefined
}

async function publish(args: readonly string[], environment: Environment): Promise<string> {
  const { bundles, words, json, dataDir, vault } = read(args, environment)
  const [file, ...more] = words
  if (file === undefined || more.length > 0) throw new ConfigError('Name one file: fairlead admin publish-agent FILE')
  if (!existsSync(file)) throw new ConfigError(`There is no ${file}. Make one: npm run bundle-agent -- --out ${file}`)
  await requireMasterKey(dataDir, vault)
  try {
    const { bundle, isNew } = await publishBundle(bundles, file, systemClock.now())
    if (json) return textOf({ ...described(bundle), IsNew: isNew })
    const what = `fairlead-agent ${bundle.version} for ${bundle.platform}-${bundle.arch}`
    return isNew ? `Published: ${what}. Nodes get it by AWS-UpdateSSMAgent.\n` : `Published already: ${what}.\n`
  } catch (error) {
    if (error instanceof BundleError) throw new ConfigError(`${file}: ${error.message}`, { cause: error })
    throw error
  }
}

async function list(args: readonly string[], environment: Environment): Promise<string> {
  const { bundles, json } = read(args, environment)
  const listed = bundles.list().toSorted((one, other) => compareAgentVersions(other.version, one.version))
  const unvouched = bundles.unvouched().map(bundleFileName)
  if (json) {
    const isRefused = (one: PublishedBundle) => unvouched.includes(bundleFileName(one))
    return textOf({ Agents: listed.map((one) => ({ ...described(one), IsSignatureOfKey: !isRefused(one) })) })
  }
  if (listed.length === 0) return 'Nothing is published yet. fairlead admin --help shows how.\n'
  const lines = listed.map(({ version, platform, arch, bytes, publishedAt, engines }) =>
    [
      version.padEnd(12),
      `${platform}-${arch}`.padEnd(14),
      `${bytes} bytes`,
      publishedAt.toISOString(),
      `Node ${engines}\n`,
    ].join('  '),
  )
  if (unvouched.length > 0) {
    lines.push(
      `Nodes refuse ${unvouched.join(', ')}: another key signed them than the one in ${bundles.folder}/signing-key.\n`,
      'Put that one back from a backup, or publish them again.\n',
    )
  }
  return lines.join('')
}

async function remove(args: readonly string[], environment: Environment): Promise<string> {
  const { bundles, words, json, platform } = read(args, environment)
  const [version, ...more] = words
  if (version === undefined || more.length > 0) {
    throw new ConfigError('Name one version: fairlead admin remove-agent VERSION')
  }
  const isMeant = (one: BundleName) => platform === undefined || platform === `${one.platform}-${one.arch}`
  const found = bundles.list().filter((one) => one.version === version && isMeant(one))
  const cut = cutBundles(bundles, version).filter(isMeant)
  if (found.length + cut.length === 0)
    throw new ConfigError(`${version} is not published. Try: fairlead admin list-agents`)
  for (const bundle of [...found, ...cut]) removeBundle(bundles, bundle)
  return json
    ? textOf({ Agents: found.map(described) })
    : [...found, ...cut].map((one) => `Removed: ${bundleFileName(one)}\n`).join('')
}

const options = {
  'data-dir': { type: 'string' },
  'account-id': { type: 'string' },
  config: { type: 'string' },
  platform: { type: 'string' },
  json: { type: 'boolean' },
} as const

function read(args: readonly string[], environment: Environment) {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : error}\nTry: fairlead admin --help`, {
      cause: error,
    })
  }
  const { values, positionals: words } = parsed
  const ofServer = (['data-dir', 'account-id', 'config'] as const).flatMap((name) => {
    const value = values[name]
    return value === undefined ? [] : [`--${name}`, value]
  })
  const { dataDir, masterKey: configured } = readConfig(ofServer, environment)
  if (!existsSync(join(dataDir, databaseName))) {
    throw new ConfigError(
      `There is no ${join(dataDir, databaseName)}. Name the data directory of a server with --data-dir.`,
    )
  }
  const random = (length: number) => randomBytes(length)
  const vault = createVault(readMasterKeys({ directory: dataDir, configured, random, isNeeded: true }), random)
  return {
    dataDir,
    vault,
    bundles: new DiskAgentBundles(dataDir, vault, () => systemClock.now()),
    words,
    json: values.json === true,
    platform: values.platform,
  }
}

/** Throws VaultError. A signing key that another one sealed could be opened by no server. */
async function requireMasterKey(dataDir: string, vault: Vault): Promise<void> {
  const reader = new Reader(join(dataDir, databaseName))
  try {
    requireKeys(vault, await sealingKeys({ read: async (sql, params) => reader.read(sql, params) }))
  } finally {
    reader.close()
  }
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options, allowPositionals: true })
}

function described({ version, platform, arch, bytes, sha256, engines, publishedAt }: PublishedBundle) {
  return {
    Version: version,
    Platform: `${platform}-${arch}`,
    Bytes: bytes,
    Sha256: sha256,
    Node: engines,
    PublishedAt: publishedAt.toISOString(),
  }
}

function textOf(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
