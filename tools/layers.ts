import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/**
 * Who may import whom. A layer is a package, or a folder of packages/server/src; what is not listed
 * may import nothing of ours. ARCHITECTURE.md shows the same table, and a test compares them.
 */
export const layers: Readonly<Record<string, readonly string[]>> = {
  iam: [],
  wire: [],
  domain: ['wire'],
  bus: ['domain'],
  blobs: ['domain', 'wire'],
  store: ['domain'],
  events: ['domain', 'bus'],
  operations: ['domain', 'store', 'blobs', 'wire', 'iam'],
  dispatch: ['domain', 'store', 'bus', 'blobs'],
  channels: ['domain', 'store', 'bus', 'wire'],
  gateway: ['operations', 'domain', 'store', 'blobs', 'iam', 'wire', 'events', 'config'],
  config: [],
  compose: ['*'],
  main: ['compose', 'config', 'events', 'domain'],
  agent: ['wire'],
  cli: ['wire', 'iam'],
  testkit: ['*'],
}

/** A file that imports what its layer may not. */
export interface Breach {
  readonly file: string
  readonly imports: string
}

const serverSource = 'packages/server/src/'
/** Files of server/src that belong to no folder. */
const rootFiles: Readonly<Record<string, string>> = {
  'admin.ts': 'compose',
  'agent-commands.ts': 'compose',
  'backup.ts': 'compose',
  'installation.ts': 'compose',
  'compose.ts': 'compose',
  'config.ts': 'config',
  'main.ts': 'main',
}

/** The layer of a file, or undefined for files that no rule is about (tests, tools). */
export function layerOf(path: string): string | undefined {
  if (path.startsWith(serverSource)) {
    const [folder = '', ...rest] = path.slice(serverSource.length).split('/')
    return rest.length === 0 ? (rootFiles[folder] ?? 'main') : folder
  }
  return /^packages\/([a-z]+)\/src\//.exec(path)?.[1]
}

/** Tests, the contracts that they share, and the folders of what only they use. */
function isForTests(path: string): boolean {
  return path.endsWith('.test.ts') || path.endsWith('-contract.ts') || path.includes('/testing/')
}

/** Every breach below `root`. What is for tests may import anything, and nothing else may import it. */
export function breaches(root: string): Breach[] {
  const found: Breach[] = []
  for (const path of sources(join(root, 'packages')).map((file) => relative(root, file))) {
    const layer = layerOf(path)
    if (layer === undefined || isForTests(path)) continue
    const allowed = layers[layer]
    if (allowed === undefined) {
      found.push({ file: path, imports: `nothing: the layer ${layer} is in no table` })
      continue
    }
    for (const specifier of importsOf(readFileSync(join(root, path), 'utf8'))) {
      const isOfTests = isForTests(specifier) || specifier.startsWith('@fairlead/testkit/')
      if (layer !== 'testkit' && isOfTests) {
        found.push({ file: path, imports: specifier })
        continue
      }
      if (allowed.includes('*')) continue
      const target = targetLayer(path, specifier)
      if (target !== undefined && target !== layer && !allowed.includes(target))
        found.push({ file: path, imports: specifier })
    }
  }
  return found
}

function targetLayer(path: string, specifier: string): string | undefined {
  const own = /^@fairlead\/([a-z]+)/.exec(specifier)?.[1]
  if (own !== undefined) return own
  if (!specifier.startsWith('.')) return undefined
  return layerOf(join(path, '..', specifier))
}

function importsOf(text: string): string[] {
  return [
    ...text.matchAll(/^(?:import|export)\b[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gms),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.tsx?$/.test(entry.name) ? [path] : []
  })
}
