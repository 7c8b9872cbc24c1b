import { mostSteps } from './command-document-steps.ts'
import { ContentReader } from './content-reader.ts'
import type { DocumentContent } from './document.ts'
import { runsOfDocument } from './document-steps.ts'
import { parseYaml } from './yaml-text.ts'

/** What agents must find in sourceInfo before they ask anybody. */
const namedBySource: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['Git', ['repository']],
  ['GitHub', ['owner', 'repository']],
  ['HTTP', ['url']],
  ['S3', ['path']],
  ['SSMDocument', ['name']],
])

/**
 * Refuses inputs that fail on every node, whatever the parameters are. For documents that are being written, as
 * `requireUsableParameters`.
 *
 * @throws {ServiceError} InvalidDocumentContent, saying where
 */
export function requireUsableInputs(content: DocumentContent): void {
  for (const [index, { action, inputs }] of (content.mainSteps ?? []).entries()) {
    requireUsable(action, inputs ?? {}, `mainSteps[${index}].inputs`)
  }
  const document = new ContentReader(content, '', false)
  for (const [action, { properties }] of Object.entries(content.runtimeConfig ?? {})) {
    const path = `runtimeConfig.${action}.properties`
    if (typeof properties === 'string' && !isFilledIn(properties)) {
      throw document.fault(path, 'must be an object, a list of them, or a parameter: {{ name }}')
    }
    for (const [index, item] of (Array.isArray(properties) ? properties : []).entries()) {
      requireUsable(action, item, `${path}[${index}]`)
    }
    if (!Array.isArray(properties) && typeof properties !== 'string') requireUsable(action, properties, path)
  }
  if (runsOfDocument(content).length > mostSteps) {
    throw document.fault('runtimeConfig', `must not have more than ${mostSteps} sets of inputs`)
  }
}

function requireUsable(action: string, inputs: unknown, path: string): void {
  const reader = new ContentReader(inputs, path, true)
  if (action === 'aws:runShellScript' || action === 'aws:runPowerShellScript') requireVariables(reader)
  else if (action === 'aws:downloadContent') requireSource(reader)
  else if (action === 'aws:runDocument') {
    if (reader.value('documentPath') === '') throw reader.fault('documentPath', 'must not be empty')
    if (isGiven(reader.value('documentParameters'))) readMap(reader, 'documentParameters')
  }
}

/** Agents leave others out of the environment of a script, or name them otherwise. */
function requireVariables(reader: ContentReader): void {
  const given = reader.value('environment')
  if (typeof given !== 'object' || given === null) return
  const variables = reader.object('environment')
  for (const name of variables.keys) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw variables.fault(
        '',
        `must name variables by letters, digits and _, and not ${JSON.stringify(name.slice(0, 100))}`,
      )
    }
    if (String(variables.value(name)).includes('\0')) throw variables.fault(name, 'must not have the character NUL')
  }
}

function requireSource(reader: ContentReader): void {
  const info = readMap(reader, 'sourceInfo')
  const source = reader.value('sourceType')
  const missing = namedBySource.get(source)?.find((name) => info && isMissing(info[name]))
  if (missing === undefined) return
  throw reader.fault('sourceInfo', `must have ${missing}, as text, when sourceType is ${source}`)
}

function isMissing(value: unknown): boolean {
  return typeof value !== 'string' || value.trim() === ''
}

/** The object that an input is, or is the text of; undefined when parameters are still to be put in. */
function readMap(reader: ContentReader, key: string): Readonly<Record<string, unknown>> | undefined {
  const given = reader.value(key)
  if (typeof given === 'string' && isFilledIn(given)) return undefined
  const value = typeof given === 'string' ? textOfMap(given) : given
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>> // just seen to be one
  }
  throw reader.fault(key, 'must be an object, its JSON as text, or a parameter: {{ name }}')
}

/** Agents read JSON, and else YAML. */
function textOfMap(text: string): unknown {
  for (const parse of [JSON.parse, parseYaml]) {
    try {
      return parse(text)
    } catch {
      // Whatever is neither is told with its place in the document, as what is no object.
    }
  }
  return undefined
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function isFilledIn(text: string): boolean {
  return text.includes('{{')
}
