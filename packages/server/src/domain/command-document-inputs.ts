import type { InputRule, PluginRules } from './command-document-plugins.ts'
import { ContentReader } from './content-reader.ts'

const longestText = 65_536
/** Two days; agents take what is beyond it for their default. */
const longestSeconds = 172_800

/** Nothing but the name of a parameter: it becomes the parameter's value, of whatever type. */
const alone = /^\s*\{\{\s*[A-Za-z0-9]{1,255}\s*\}\}\s*$/

/**
 * The inputs of one step: what its plugin must be given, and the modifiers that all plugins have (user guide, "Shared
 * inputs"; agents read them here and nowhere else).
 *
 * @throws {ServiceError} InvalidDocumentContent, saying where
 */
export function readInputs(value: unknown, path: string, { required = [], inputs }: PluginRules): void {
  const reader = new ContentReader(value, path, true)
  const missing = required.find((name) => !reader.has(name))
  if (missing !== undefined) throw reader.fault(missing, 'is required')
  for (const [name, rule] of Object.entries(inputs)) checkInput(reader, name, rule)
  checkInput(reader, 'onFailure', ['exit', 'successAndExit'])
  checkInput(reader, 'onSuccess', ['exit'])
  checkInput(reader, 'finallyStep', ['true', 'false'], true)
  checkSeconds(reader)
}

/** Whether it is to run at the end whatever happened before. */
export function isFinallyStep(inputs: unknown): boolean {
  const { finallyStep } = (inputs ?? {}) as { readonly finallyStep?: unknown }
  return finallyStep === true || finallyStep === 'true'
}

function checkInput(reader: ContentReader, name: string, rule: InputRule, takesFlag = false): void {
  const value = reader.value(name)
  if (value === undefined || value === null || rule === 'any') return
  if (typeof value === 'string' && alone.test(value)) return
  if (takesFlag && typeof value === 'boolean') return
  if (rule === 'text') {
    reader.text(name, { max: longestText })
  } else if (rule === 'texts') {
    if (!Array.isArray(value)) throw reader.fault(name, 'must be a list of texts, or a parameter: {{ name }}')
    const wrong = value.findIndex((item) => typeof item !== 'string')
    if (wrong !== -1) throw reader.fault(`${name}[${wrong}]`, 'must be text')
  } else if (rule === 'map') {
    const map = reader.object(name)
    for (const key of map.keys) {
      if (typeof map.value(key) !== 'string') throw map.fault(key, 'must be text')
    }
  } else {
    const isChoice = typeof value === 'string' && (rule.includes(value) || /\{\{/.test(value))
    if (!isChoice) throw reader.fault(name, `must be one of ${rule.join(', ')}`)
  }
}

function checkSeconds(reader: ContentReader): void {
  const value = reader.value('timeoutSeconds')
  if (value === undefined || value === null || (typeof value === 'string' && alone.test(value))) return
  const seconds = typeof value === 'string' && /^[0-9]{1,9}$/.test(value) ? Number(value) : value
  if (Number.isInteger(seconds) && Number(seconds) >= 1 && Number(seconds) <= longestSeconds) return
  throw reader.fault('timeoutSeconds', `must be a whole number from 1 to ${longestSeconds}, or a parameter: {{ name }}`)
}
