import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { mergeModels } from '../packages/wire/src/model/merge-models.ts'
import type { Model } from '../packages/wire/src/model/model.ts'
import { type BotocoreModel, compactModel } from './model/compact.ts'
import { modelJson } from './model/model-json.ts'
import { modelTypes } from './model/model-types.ts'

const usage = `Writes the tables and types of AWS's services from botocore's service models.

  node tools/generate-model.ts --botocore DIR [--service ssm,iam,sts]
  node tools/generate-model.ts --check

DIR is botocore's data folder, e.g. /usr/lib/python3/dist-packages/botocore/data. --check changes nothing
and fails when a file differs from what would be written.`

const modelFolder = join(import.meta.dirname, '../packages/wire/src/model')
const fromBotocore = ['ssm', 'iam', 'sts']
// Services whose tables are written by hand; the parts named here join a generated one.
const ownServices = ['ec2messages', 'ssmmessages']
const ownParts: Readonly<Record<string, string>> = { ssm: 'ssm-agent' }

/** The files that make up one service, by path, as they should be. */
export function generatedFiles(
  service: string,
  model: Model,
  own: Model | undefined,
  folder: string,
): Map<string, string> {
  const files = new Map<string, string>()
  const title = `${service.charAt(0).toUpperCase()}${service.slice(1)}`
  const origin = model.botocore ? `botocore ${model.botocore}` : `own/${service}.json`
  if (model.botocore) files.set(join(folder, `generated/${service}.json`), modelJson(model))
  const whole = own ? mergeModels(model, own) : model
  files.set(join(folder, `generated/${service}.ts`), modelTypes(whole, title, own ? `${origin} and own/` : origin))
  return files
}

/** Reads botocore's newest model of a service, whether it is gzipped or not. */
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

function botocoreVersion(folder: string): string {
  const version = /__version__ = '([^']+)'/.exec(readFileSync(join(folder, '../__init__.py'), 'utf8'))?.[1]
  if (!version) throw new Error(`${folder} does not lie in a botocore package`)
  return version
}

function findBotocore(): string | undefined {
  try {
    const script = 'import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), "data"))'
    return execFileSync('python3', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

function readModel(path: string): Model {
  return JSON.parse(readFileSync(path, 'utf8')) as Model
}

function ownPart(service: string): Model | undefined {
  const part = ownParts[service]
  return part ? readModel(join(modelFolder, `own/${part}.json`)) : undefined
}

/** The model to work from when checking: botocore's own where the recorded version is here, else the committed one. */
function modelToCheck(service: string, folder: string | undefined): Model {
  const committed = readModel(join(modelFolder, `generated/${service}.json`))
  const version = folder ? botocoreVersion(folder) : undefined
  if (folder && version !== undefined && version === committed.botocore) return readBotocore(folder, service, version)
  console.log(
    `${service}: table not compared, botocore ${committed.botocore} is not here (found: ${version ?? 'none'})`,
  )
  return committed
}

function main(): void {
  const { values } = parseArgs({
    options: {
      botocore: { type: 'string' },
      service: { type: 'string', default: fromBotocore.join(',') },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const folder = values.botocore ?? (values.check ? findBotocore() : undefined)
  if (values.help || (!folder && !values.check)) {
    console.log(usage)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const files = new Map<string, string>()
  const add = (service: string, model: Model): void => {
    for (const file of generatedFiles(service, model, ownPart(service), modelFolder)) files.set(...file)
  }
  for (const service of values.service.split(',')) {
    if (values.check) add(service, modelToCheck(service, folder))
    else if (folder) add(service, readBotocore(folder, service, botocoreVersion(folder)))
  }
  for (const service of ownServices) add(service, readModel(join(modelFolder, `own/${service}.json`)))

  for (const [path, text] of files) {
    if (!values.check) writeFileSync(path, text)
    else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
      console.error(`${path} is not what the generator writes; run it again`)
      process.exitCode = 1
    }
  }
}

if (import.meta.main) main()
