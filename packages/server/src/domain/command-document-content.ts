import { requireFittingDefaults } from './command-document-defaults.ts'
import { readInputs } from './command-document-inputs.ts'
import { plugins } from './command-document-plugins.ts'
import { readSteps } from './command-document-steps.ts'
import { ContentReader } from './content-reader.ts'
import type { DocumentContent } from './document.ts'
import { readDocumentParameters } from './document-parameters.ts'
import { requireDeclared } from './document-references.ts'
import { ServiceError } from './error.ts'

const versions = ['1.2', '2.0', '2.2'] as const
type SchemaVersion = (typeof versions)[number]

/**
 * Reads a document of type Command.
 *
 * @param value what `parseDocument` answered
 * @returns it as agents take it: the schema version as text, of parameters what is known of them
 * @throws {ServiceError} InvalidDocumentContent, saying where; InvalidDocumentSchemaVersion
 */
export function readCommandContent(value: unknown): DocumentContent {
  const reader = new ContentReader(value, '', true)
  const schemaVersion = readVersion(reader)
  const isFirst = schemaVersion === '1.2'
  reader.refuseOthers(['schemaVersion', 'description', 'parameters', isFirst ? 'runtimeConfig' : 'mainSteps'])
  const parameters = reader.has('parameters')
    ? readDocumentParameters(reader.object('parameters'), {
        types: ['String', 'StringList', 'Boolean', 'Integer', 'StringMap', 'MapList'],
        // Agents look at no others.
        name: /^[A-Za-z0-9]{1,255}$/,
        names: 'use letters and digits',
      })
    : {}
  requireFittingDefaults(parameters)
  const declared = new Set(Object.keys(parameters))
  return {
    schemaVersion,
    ...(reader.has('description') ? { description: reader.text('description', { max: 65_536 }) } : {}),
    parameters,
    ...(isFirst
      ? { runtimeConfig: readRuntimeConfig(reader, declared) }
      : { mainSteps: readSteps(reader, declared, schemaVersion === '2.2') }),
  }
}

function readVersion(reader: ContentReader): SchemaVersion {
  const value = reader.value('schemaVersion')
  // YAML's authors leave out the quotes.
  const version = typeof value === 'number' && value < 100 ? value.toFixed(1) : value
  if (typeof version !== 'string') throw reader.fault('schemaVersion', 'is required, as text: "2.2"')
  const known = versions.find((known) => known === version)
  if (known !== undefined) return known
  throw new ServiceError(
    'InvalidDocumentSchemaVersion',
    `The schema version ${version.slice(0, 20)} is not supported: documents of type Command have version 1.2, 2.0 or 2.2.`,
  )
}

function readRuntimeConfig(
  document: ContentReader,
  declared: ReadonlySet<string>,
): NonNullable<DocumentContent['runtimeConfig']> {
  if (!document.has('runtimeConfig')) throw document.fault('runtimeConfig', 'is required')
  const reader = document.object('runtimeConfig')
  if (reader.keys.length === 0) throw document.fault('runtimeConfig', 'must have a plugin')
  const read = reader.keys.map((action): [string, { properties: unknown }] => {
    const rules = plugins.get(action)
    if (rules === undefined) throw reader.fault(action, `is not a plugin: use one of ${[...plugins.keys()].join(', ')}`)
    const plugin = reader.object(action)
    plugin.refuseOthers(['properties', 'settings', 'description'])
    if (!plugin.has('properties')) throw plugin.fault('properties', 'is required')
    const properties = plugin.value('properties')
    const path = `runtimeConfig.${action}.properties`
    // A text names a parameter that has them all.
    if (Array.isArray(properties)) {
      for (const [index, item] of properties.entries()) readInputs(item, `${path}[${index}]`, rules)
    } else if (typeof properties !== 'string') readInputs(properties, path, rules)
    requireDeclared(properties, path, declared)
    const settings = plugin.value('settings')
    requireDeclared(settings, `runtimeConfig.${action}.settings`, declared)
    return [action, settings === undefined ? { properties } : ({ properties, settings } as { properties: unknown })]
  })
  return Object.fromEntries(read)
}
