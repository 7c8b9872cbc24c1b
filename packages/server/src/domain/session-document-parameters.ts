import { isParameterValue } from '@fairlead/wire/parameter-value'
import type { ContentReader } from './content-reader.ts'
import type { DocumentParameter } from './document.ts'
import { LinearPattern, PatternError } from './linear-pattern.ts'

const mostParameters = 200
const types = ['String', 'StringList', 'Boolean', 'Integer'] as const

/**
 * The parameters that a document declares.
 *
 * @throws {ServiceError} InvalidDocumentContent, saying where
 */
export function readSessionParameters(reader: ContentReader): Readonly<Record<string, DocumentParameter>> {
  const names = reader.keys
  if (names.length > mostParameters) throw reader.fault('', `must not be more than ${mostParameters}`)
  const wrong = names.find((name) => !/^[A-Za-z0-9_.-]{1,255}$/.test(name))
  if (wrong !== undefined) throw reader.fault(wrong, 'is not a name: use letters, digits, _, . and -')
  // Not assigned one by one: a parameter may be called __proto__.
  return Object.fromEntries(names.map((name) => [name, readParameter(reader.object(name))]))
}

function readParameter(reader: ContentReader): DocumentParameter {
  reader.only([
    'type',
    'description',
    'default',
    'displayType',
    'allowedPattern',
    'allowedValues',
    'minChars',
    'maxChars',
    'minItems',
    'maxItems',
  ])
  const type = reader.choice('type', types)
  const allowedPattern = readPattern(reader)
  const allowedValues = reader.texts('allowedValues', 1000, 65_535)
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
    ...(allowedPattern === '' ? {} : { allowedPattern }),
    ...(allowedValues ? { allowedValues } : {}),
    ...(limits.minChars === undefined ? {} : { minChars: limits.minChars }),
    ...(limits.maxChars === undefined ? {} : { maxChars: limits.maxChars }),
    ...(limits.minItems === undefined ? {} : { minItems: limits.minItems }),
    ...(limits.maxItems === undefined ? {} : { maxItems: limits.maxItems }),
  }
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

function readDefault(reader: ContentReader, type: (typeof types)[number]): NonNullable<DocumentParameter['default']> {
  const value = reader.value('default')
  const isRight: Readonly<Record<(typeof types)[number], boolean>> = {
    String: typeof value === 'string',
    StringList: Array.isArray(value) && value.every((item) => typeof item === 'string'),
    Boolean: typeof value === 'boolean',
    Integer: Number.isSafeInteger(value),
  }
  if (isRight[type] && isParameterValue(value)) return value
  throw reader.fault('default', `must be a ${type}`)
}
