import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Model } from '../../packages/wire/src/model/model.ts'
import { type BotocoreModel, compactModel } from './compact.ts'

/** Reads the newest model of a service in botocore's data folder, whether it is gzipped or not. */
export function readBotocore(folder: string, service: string, version: string): Model {
  const newest = readdirSync(join(folder, service)).sort().at(-1)
  if (!newest) throw new Error(`${folder} has no model of ${service}`)
  const read = (name: string): unknown => {
    const path = join(folder, service, newest, name)
    const text = existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`))
    return JSON.parse(text.toString('utf8'))
  }
  const { pagination } = read('paginators-1.json') as { pagination: Record<string, unknown> }
  return compactModel(read('service-2.json') as BotocoreModel, new Set(Object.keys(pagination)), version)
}

/** The release of the botocore package that a data folder is part of. */
export function botocoreVersion(folder: string): string {
  const version = /__version__ = ['"]([^'"]+)['"]/.exec(readFileSync(join(folder, '../__init__.py'), 'utf8'))?.[1]
  if (!version) throw new Error(`${folder} does not lie in a botocore package`)
  return version
}

/** The data folder of the botocore that python3 imports; undefined where there is none. */
export function findBotocore(): string | undefined {
  try {
    const script = 'import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), "data"))'
    return execFileSync('python3', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
