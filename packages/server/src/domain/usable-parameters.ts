import { MessageError } from '@fairlead/wire/message-members'
import { type ParameterType, parameterValue, withArticle } from '@fairlead/wire/parameter-value'
import { requireFittingDefaults } from './command-document-defaults.ts'
import { ContentReader } from './content-reader.ts'
import type { DocumentParameter } from './document.ts'
import { LinearPattern } from './linear-pattern.ts'

type Parameters = Readonly<Record<string, DocumentParameter>>

/** How short and how long the text of a value can be. */
const lengths: Readonly<Record<ParameterType, readonly [shortest: number, longest: number]>> = {
  String: [0, Number.POSITIVE_INFINITY],
  StringList: [0, Number.POSITIVE_INFINITY],
  Boolean: [4, 5],
  Integer: [1, 16],
  StringMap: [2, Number.POSITIVE_INFINITY],
  MapList: [0, Number.POSITIVE_INFINITY],
}

/**
 * Refuses parameters that no value could be given. For documents that are being written: what is stored already runs
 * with what its authors were let have.
 *
 * @throws {ServiceError} InvalidDocumentContent, saying where
 */
export function requireUsableParameters(parameters: Parameters): void {
  for (const [name, declared] of Object.entries(parameters)) {
    const reader = new ContentReader(declared, `parameters.${name}`, false)
    requireOrder(reader, 'minChars', 'maxChars', declared)
    requireOrder(reader, 'minItems', 'maxItems', declared)
    requirePossibleLength(reader, declared)
    requireAllowedOfType(reader, declared)
    requireAllowedInBounds(reader, declared)
  }
  requireFittingDefaults(parameters)
}

function requireOrder(
  reader: ContentReader,
  least: 'minChars' | 'minItems',
  most: 'maxChars' | 'maxItems',
  declared: DocumentParameter,
): void {
  const { [least]: min = 0, [most]: max = Number.POSITIVE_INFINITY } = declared
  if (min > max) throw reader.fault(least, `must not be more than ${most}, ${max}`)
}

function requirePossibleLength(reader: ContentReader, declared: DocumentParameter): void {
  const { type, minChars = 0, maxChars = Number.POSITIVE_INFINITY } = declared
  const [shortest, longest] = lengths[type]
  if (minChars > longest) throw reader.fault('minChars', `must not be more than ${longest}: no ${type} is longer`)
  if (maxChars < shortest) throw reader.fault('maxChars', `must not be less than ${shortest}: no ${type} is shorter`)
}

function requireAllowedOfType(reader: ContentReader, { type, allowedValues }: DocumentParameter): void {
  if (allowedValues === undefined) return
  if (allowedValues.length === 0) throw reader.fault('allowedValues', 'must have a value, or be left out')
  if (type !== 'Integer' && type !== 'Boolean') return
  const wrong = allowedValues.findIndex((value) => !isOfType(type, value))
  if (wrong !== -1) throw reader.fault(`allowedValues[${wrong}]`, `must be ${withArticle(type)}`)
}

/** One is enough: it can be given. */
function requireAllowedInBounds(reader: ContentReader, declared: DocumentParameter): void {
  const { type, allowedValues, allowedPattern, minChars = 0, maxChars = Number.POSITIVE_INFINITY } = declared
  if (allowedValues === undefined || type === 'MapList') return
  const pattern = allowedPattern === undefined ? undefined : new LinearPattern(allowedPattern)
  const isPossible = allowedValues.some(
    (value) => value.length >= minChars && value.length <= maxChars && (pattern?.matches(value) ?? true),
  )
  if (!isPossible) throw reader.fault('allowedValues', 'must have a value that keeps the other bounds')
}

function isOfType(type: ParameterType, value: string): boolean {
  try {
    parameterValue(type, [value])
    return true
  } catch (error) {
    if (error instanceof MessageError) return false
    throw error
  }
}
