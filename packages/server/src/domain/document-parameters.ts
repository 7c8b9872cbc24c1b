import { isParameterValue, type ParameterType } from '@fairlead/wire/parameter-value'
import type { ContentReader } from './content-reader.ts'
import type { DocumentParameter } from './document.ts'
import { LinearPattern, PatternError } from './linear-pattern.ts'

const mostParameters = 200

/** What a type of document lets its parameters be. */
export interface ParameterRules {
  readonly types: readonly ParameterType[]
  readonly name: RegExp
  /** Says the rule of names in words: `use letters …`. */
  readonly names: string
}

/**
 * The parameters that a document declares.
 *
 * @throws {ServiceError} InvalidDocumentContent, saying where
 */
export function readDocumentParameters(
  reader: ContentReader,
  rules: ParameterRules,
): Readonly<Record<string, DocumentParameter>> {
  const names = reader.keys
  if (names.length > mostParameters) throw reader.fault('', `must not be more than ${mostParameters}`)
  const wrong = names.find((name) => !rules.name.test(name))
  if (wrong !== undefined) throw reader.fault(wrong, `is not a name: ${rules.names}`)
  // Not assigned one by one: a parameter may be called __proto__.
  return Object.fromEntries(names.map((name) => [name, readParameter(reader.object(name), rules.types)]))
}

function readParameter(reader: ContentReader, types: readonly ParameterType[]): DocumentParameter {
  reader.refuseOthers([
    'type',
    'description',
    'default',
    'displayType',
    'interpolationType',
    'allowedPattern',
    'allowedValues',
    'minChars',
    'maxChars',
    'minItems',
    'maxItems',
  ])
  const type = reader.choice('type', types)
  const allowedPattern = readPattern(reader)
  const allowedValues = readAllowedValues(reader)
  const limits = {
    minChars: reader.whole('minChars', 0, 65_535),
    maxChars: reader.whole('maxChars', 0, 65_535),
    minItems: reader.whole('minItems', 0, 10_000),
    maxItems: reader.whole('maxItems', 0, 10_000),
  }
  return {
    type,
    ...(reader.has('description') ? { description: reader.text('description', { max: 4096 }) } : {}),
    ...(reader.has('default') ? { default: readDefault(reader, type) } : {}),
    ...(reader.has('displayType') ? { displayType: reader.choice('displayType', ['textfield', 'textarea']) } : {}),
    ...(reader.has('interpolationType') ? { interpolationType: readInterpolation(reader, type) } : {}),
    ...(allowedPattern === '' ? {} : { allowedPattern }),
    ...(allowedValues ? { allowedValues } : {}),
    ...(limits.minChars === undefined ? {} : { minChars: limits.minChars }),
    ...(limits.maxChars === undefined ? {} : { maxChars: limits.maxChars }),
    ...(limits.minItems === undefined ? {} : { minItems: limits.minItems }),
    ...(limits.maxItems === undefined ? {} : { maxItems: limits.maxItems }),
  }
}

function readInterpolation(reader: ContentReader, type: ParameterType): 'RAW' | 'ENV_VAR' {
  const interpolation = reader.choice('interpolationType', ['RAW', 'ENV_VAR'])
  if (interpolation === 'RAW' || type === 'String') return interpolation
  throw reader.fault('interpolationType', 'can be ENV_VAR for parameters of type String only')
}

function readPattern(reader: ContentReader): string {
  const pattern = reader.text('allowedPattern', { max: 4096 })
  try {
    new LinearPattern(pattern)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw reader.fault('allowedPattern', `is not a pattern that can be used: ${error.message}`)
  }
  return pattern
}

/** As texts: agents take no others, and values are given as texts whatever their type. */
function readAllowedValues(reader: ContentReader): readonly string[] | undefined {
  const values = reader.value('allowedValues')
  if (values === undefined || values === null) return undefined
  if (Array.isArray(values) && values.length <= 1000 && values.every(isScalar)) return values.map(String)
  throw reader.fault('allowedValues', 'must be a list of at most 1000 values')
}

function isScalar(value: unknown): boolean {
  return (
    typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 65_535)
  )
}

function readDefault(reader: ContentReader, type: ParameterType): NonNullable<DocumentParameter['default']> {
  const value = reader.value('default')
  if (isOfType[type](value) && isParameterValue(value)) return value
  throw reader.fault('default', `must be a ${type}`)
}

const isOfType: Readonly<Record<ParameterType, (value: unknown) => boolean>> = {
  String: (value) => typeof value === 'string',
  StringList: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  Boolean: (value) => typeof value === 'boolean',
  Integer: Number.isSafeInteger,
  StringMap: isMap,
  MapList: (value) => Array.isArray(value) && value.every(isMap),
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
