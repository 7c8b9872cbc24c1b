import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mergeModels } from '../packages/wire/src/model/merge-models.ts'
import type { Model } from '../packages/wire/src/model/model.ts'
import { botocoreVersion, findBotocore, readBotocore } from './model/botocore.ts'
import { modelJson } from './model/model-json.ts'
import { modelTypes } from './model/model-types.ts'

const usage = `Writes the tables and types of AWS's services from botocore's service models.

  node tools/generate-model.ts --botocore DIR [--service ssm,iam,sts,kms,resource-groups]
  node tools/generate-model.ts --check

DIR is botocore's data folder, e.g. /usr/lib/python3/dist-packages/botocore/data. --check changes nothing
and fails when a file differs from what would be written.`

const modelFolder = join(import.meta.dirname, '../packages/wire/src/model')
const fromBotocore = ['ssm', 'iam', 'sts', 'kms', 'resource-groups']
// Services whose tables are written by hand; the parts named here join a generated one.
const ownServices = ['ec2messages', 'ssmmessages', 'fairlead']
const ownParts: Readonly<Record<string, string>> = { ssm: 'ssm-agent' }

/** Each service and the path of its committed table. */
export function serviceTables(): [service: string, path: string][] {
  return [
    ...fromBotocore.map((service): [string, string] => [service, join(modelFolder, `generated/${service}.json`)]),
    ...ownServices.map((service): [string, string] => [service, join(modelFolder, `own/${service}.json`)]),
  ]
}

/** The files that are written for one service, as they should be, by path. */
export function generatedFiles(service: string, model: Model): Map<string, string> {
  const files = new Map<string, string>()
  const title = service.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const origin = model.botocore ? `botocore ${model.botocore}` : `own/${service}.json`
  const part = ownParts[service]
  if (model.botocore) files.set(join(modelFolder, `generated/${service}.json`), modelJson(model))
  const whole = part ? mergeModels(model, readModel(join(modelFolder, `own/${part}.json`))) : model
  const origins = part ? `${origin} and own/${part}.json` : origin
  files.set(join(modelFolder, `generated/${service}.ts`), modelTypes(whole, title, origins))
  return files
}

/** Reads a table; throws when there is none. */
export function readModel(path: string): Model {
  return JSON.parse(readFileSync(path, 'utf8')) as Model
}

/** The model to work from when checking: botocore's own where the recorded version is here, else the committed one. */
function modelToCheck(service: string, path: string, folder: string | undefined): Model {
  const committed = readModel(path)
  if (committed.botocore === undefined) return committed
  const version = folder ? botocoreVersion(folder) : undefined
  if (folder && version === committed.botocore) return readBotocore(folder, service, version)
  const found = version ?? 'none'
  console.log(`${service}: table not compared, botocore ${committed.botocore} is not here (found: ${found})`)
  return committed
}

function modelToWrite(service: string, path: string, folder: string): Model {
  return fromBotocore.includes(service) ? readBotocore(folder, service, botocoreVersion(folder)) : readModel(path)
}

function main(): void {
  const { values } = parseArgs({
    options: {
      botocore: { type: 'string' },
      service: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { check } = values
  const folder = values.botocore ?? (check ? findBotocore() : undefined)
  if (values.help || (!folder && !check)) {
    console.log(usage)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const wanted = values.service?.split(',')
  for (const [service, path] of serviceTables()) {
    if (wanted && !wanted.includes(service)) continue
    const model = check || !folder ? modelToCheck(service, path, folder) : modelToWrite(service, path, folder)
    for (const [file, text] of generatedFiles(service, model)) settle(file, text, check)
  }
}

function settle(file: string, text: string, check: boolean): void {
  if (!check) writeFileSync(file, text)
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is not what the generator writes; run it again`)
    process.exitCode = 1
  }
}

if (import.meta.main) main()
