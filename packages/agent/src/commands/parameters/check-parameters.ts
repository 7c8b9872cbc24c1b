import { LinearPattern, PatternError } from '@fairlead/wire/linear-pattern'
import { MessageError } from '@fairlead/wire/message-members'
import { type ParameterType, parameterValue, withArticle } from '@fairlead/wire/parameter-value'
import { isObject } from '../../disk/read-text.ts'

/** A value that a document does not take; the text names the parameter and never shows its value. */
export class ParameterProblem extends Error {
  override readonly name = 'ParameterProblem'
}

const parameterTypes: readonly unknown[] = ['String', 'StringList', 'StringMap', 'MapList', 'Boolean', 'Integer']

type Declaration = Readonly<Record<string, unknown>>

/**
 * The values for an inner document, each of the type that is declared. `documentParameters` may give a String as it is or
 * as a list of one, as the API has it. Names that are not declared are left alone, as in Amazon's agent.
 * Throws ParameterProblem.
 */
export function typeGiven(
  declared: unknown,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const declarations = new Map(isObject(declared) ? Object.entries(declared) : [])
  for (const [name, declaration] of declarations) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    const hasDefault = isObject(declaration) && declaration['default'] !== undefined
    if ((value === undefined || value === null) && !hasDefault) {
      throw new ParameterProblem(`Parameter "${name}" is required by the inner document.`)
    }
  }
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      if (value === undefined || value === null) return []
      const declaration = declarations.get(name)
      return [[name, isObject(declaration) ? typed(name, declaration['type'], value) : value]]
    }),
  )
}

/** Lengths, counts and allowed values. Throws ParameterProblem. */
export function checkLimits(name: string, declaration: Declaration, value: unknown): void {
  const { allowedValues } = declaration
  const count = Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : undefined
  if (count !== undefined && !isWithin(count, declaration['minItems'], declaration['maxItems'])) {
    throw new ParameterProblem(`Parameter "${name}" has ${count} items, which is not what its document allows.`)
  }
  const allowed = Array.isArray(allowedValues) ? new Set(allowedValues.map(String)) : undefined
  for (const text of textsOf(value)) {
    if (!isWithin(text.length, declaration['minChars'], declaration['maxChars'])) {
      throw new ParameterProblem(
        `Parameter "${name}" has a value of ${text.length} characters, which is not what its document allows.`,
      )
    }
    if (allowed !== undefined && allowed.size > 0 && !allowed.has(text)) {
      throw new ParameterProblem(`Parameter "${name}" has a value not found in [${[...allowed].join(', ')}].`)
    }
  }
}

/** `allowedPattern`, in linear time whatever it is. Throws ParameterProblem. */
export function checkPattern(name: string, declaration: Declaration, value: unknown): void {
  const { allowedPattern } = declaration
  if (typeof allowedPattern !== 'string' || allowedPattern === '') return
  const pattern = compile(name, allowedPattern)
  for (const text of textsOf(value)) {
    if (!pattern.matches(text)) {
      throw new ParameterProblem(`Parameter "${name}" has a value that does not match ${allowedPattern}.`)
    }
  }
}

function compile(name: string, source: string): LinearPattern {
  try {
    return new LinearPattern(source)
  } catch (cause) {
    if (!(cause instanceof PatternError)) throw cause
    throw new ParameterProblem(`The allowedPattern of parameter "${name}" cannot be used: ${cause.message}`, { cause })
  }
}

function typed(name: string, type: unknown, value: unknown): unknown {
  if (!isParameterType(type)) return value
  const texts = (Array.isArray(value) ? value : [value]).map((item: unknown) => textOf(item))
  try {
    return parameterValue(type, texts)
  } catch (cause) {
    if (!(cause instanceof MessageError)) throw cause
    throw new ParameterProblem(`Parameter "${name}" is not ${withArticle(type)}`, { cause })
  }
}

function isParameterType(type: unknown): type is ParameterType {
  return parameterTypes.includes(type)
}

// Numbers and booleans have neither lengths nor patterns, in Amazon's agent too.
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.map((item: unknown) => textOf(item))
  return isObject(value) ? [textOf(value)] : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function isWithin(size: number, least: unknown, most: unknown): boolean {
  return !(size < limitOf(least, 0)) && !(size > limitOf(most, Number.POSITIVE_INFINITY))
}

function limitOf(limit: unknown, otherwise: number): number {
  const number = typeof limit === 'string' || typeof limit === 'number' ? Number(limit) : Number.NaN
  return number >= 0 ? number : otherwise
}
