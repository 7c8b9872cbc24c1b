import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { bundleEntry } from '../../packages/wire/src/agent-bundle.ts'

/** A file as it goes into a bundle. */
export interface AgentFile {
  readonly path: string
  readonly content: Uint8Array
  readonly isExecutable: boolean
}

/** Workspaces that an agent is made of. Modules find them by links, as after `npm ci`. */
const workspaces = ['agent', 'wire']
const sourceFolders = workspaces.map((name) => `packages/${name}`)
const program = /\.(?:ts|js|cjs|mjs|json|node)$/
const notRun = /\.(?:test|d)\.[cm]?ts$|-contract\.ts$|(?:^|\/)testing\//
const licence = /^(?:LICEN[CS]E|NOTICE)/i

/**
 * What `fairlead agent` needs to run besides Node: its sources, and the packages of others that they import, with their
 * licences, in the order of their paths. `version` is what the agent will call itself.
 */
export function agentFiles(root: string, version: string): readonly AgentFile[] {
  const paths = [
    bundleEntry,
    'LICENSE',
    'NOTICE',
    ...sourceFolders.flatMap((folder) => [`${folder}/package.json`, ...filesBelow(root, `${folder}/src`)]),
    ...packagesOf(root).flatMap((folder) => filesBelow(root, folder)),
  ]
  return [...new Set(paths)].sort().map((path) => ({ path, ...read(join(root, path), path, version) }))
}

export const agentLinks = workspaces.map((name) => ({ path: `node_modules/@fairlead/${name}`, to: `packages/${name}` }))

function read(file: string, path: string, version: string): Omit<AgentFile, 'path'> {
  const isExecutable = path !== bundleEntry && (statSync(file).mode & 0o100) !== 0
  const content = readFileSync(file)
  if (path !== 'packages/agent/package.json') return { content, isExecutable }
  const manifest = JSON.parse(content.toString()) as object
  return { content: Buffer.from(`${JSON.stringify({ ...manifest, version }, null, 2)}\n`), isExecutable }
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => {
      const name = path.slice(path.lastIndexOf('/') + 1)
      const isWanted = licence.test(name) || (!notRun.test(path) && (program.test(name) || name === 'spawn-helper'))
      return isWanted && lstatSync(join(root, path)).isFile()
    })
}

interface PackageFile {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** The folders of the packages that the sources import, and of those that these import. */
function packagesOf(root: string): string[] {
  const found = new Set<string>()
  const visit = (packageJson: string) => {
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(packageJson, 'utf8'),
    ) as PackageFile
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (name.startsWith('@fairlead/')) continue
      const folder = folderOf(name, packageJson)
      if (folder === undefined && !(name in optionalDependencies)) throw new Error(`${name} is not installed`)
      if (folder === undefined || found.has(folder)) continue
      found.add(folder)
      visit(join(folder, 'package.json'))
    }
  }
  for (const folder of sourceFolders) visit(join(root, folder, 'package.json'))
  return [...found].map((folder) => relative(root, folder))
}

/** Looks where Node looks; undefined when it is not installed, as native parts for other platforms are not. */
function folderOf(name: string, importer: string): string | undefined {
  for (const folder of createRequire(importer).resolve.paths(name) ?? []) {
    try {
      if (statSync(join(folder, name, 'package.json')).isFile()) return dirname(join(folder, name, 'package.json'))
    } catch {
      // Not in this one.
    }
  }
  return undefined
}
