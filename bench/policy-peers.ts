import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

/**
 * The engines that ours is measured beside. They are no part of the product nor of its lock file, iam-simulate because of its
 * licence (AGPL-3.0): whoever asks for them gets them into a folder of their own.
 */
const versions = {
  '@cloud-copilot/iam-simulate': '0.1.173',
  '@cloud-copilot/iam-policy': '0.1.109',
  '@cedar-policy/cedar-wasm': '4.13.0',
} as const

/** What is used of iam-simulate, from the files behind its front. */
export interface SimulateModules {
  readonly policy: { loadPolicy(document: unknown, metadata: { name: string }): object }
  readonly core: { authorize(request: object): { readonly result: string } }
  readonly request: {
    readonly AwsRequestImpl: new (
      principal: string,
      resource: { readonly resource: string; readonly accountId: string },
      action: string,
      context: object,
    ) => object
  }
  readonly context: {
    readonly RequestContextImpl: new (keys: Readonly<Record<string, string>>) => object
    readonly DiscoveryContextKeyConstraints: new (constraints: readonly never[]) => object
  }
}

export interface CedarModule {
  preparsePolicySet(id: string, policies: { readonly staticPolicies: string }): { readonly type: string }
  statefulIsAuthorized(call: object): {
    readonly type: string
    readonly response: { readonly decision: string; readonly diagnostics: { readonly errors: readonly unknown[] } }
  }
}

export interface PolicyPeers {
  readonly simulate: SimulateModules
  readonly cedar: CedarModule
}

/** Answers the reason when they cannot be had, as without a network. */
export async function policyPeers(): Promise<PolicyPeers | string> {
  try {
    const modules = await installed()
    const load = (path: string) => import(pathToFileURL(join(modules, path)).href)
    const simulate = '@cloud-copilot/iam-simulate/dist/esm'
    return {
      simulate: {
        policy: await load('@cloud-copilot/iam-policy/dist/esm/index.js'),
        core: await load(`${simulate}/core_engine/CoreSimulatorEngine.js`),
        request: await load(`${simulate}/request/request.js`),
        context: {
          ...(await load(`${simulate}/requestContext.js`)),
          ...(await load(`${simulate}/context_keys/discoveryContextKeyConstraints.js`)),
        },
      },
      cedar: await load('@cedar-policy/cedar-wasm/nodejs/cedar_wasm.js'),
    }
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)
  }
}

/** The folder of the packages; installs them when this is the first time. */
async function installed(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(cache, 'fairlead-bench', Object.values(versions).join('-'))
  const modules = join(folder, 'node_modules')
  const isWhole = join(folder, 'installed')
  if (existsSync(isWhole)) return modules
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: versions }))
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder], {
    cwd: folder,
    timeout: 120_000,
  })
  writeFileSync(isWhole, '')
  return modules
}
