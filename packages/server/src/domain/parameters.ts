import { MessageError } from '@fairlead/wire/message-members'
import { type ParameterValue, parameterValue, withArticle } from '@fairlead/wire/parameter-value'
import type { DocumentParameter } from './document.ts'
import { storedNames } from './document-references.ts'
import { ServiceError } from './error.ts'
import { LinearPattern } from './linear-pattern.ts'

/** Values as the document types them: the agent refuses an array where it wants a string (agent reference, trap 3). */
export type TypedParameters = Readonly<Record<string, ParameterValue>>

/** What declares parameters: a document of any type. */
export interface Parameterised {
  readonly name: string
  readonly content: { readonly parameters: Readonly<Record<string, DocumentParameter>> }
}

/** Names in a message. */
const mostListed = 10

export type GivenParameters = Readonly<Record<string, readonly string[]>>

/** How values are judged. */
export interface ParameterTests {
  /** What a value will be when its references to Parameter Store are replaced; an item of a list may become several. */
  readonly opened?: (value: string, isItem: boolean) => readonly string[]
}

/**
 * Checks what was given against what the document declares, fills in defaults and gives each its type.
 * Values are data: nothing here or later pastes them into a script but the document itself.
 *
 * @throws {ServiceError} InvalidParameters, saying which parameter and why
 */
export function typeParameters(
  { name, content }: Parameterised,
  given: GivenParameters,
  tests: ParameterTests = {},
): TypedParameters {
  const declared = new Map(Object.entries(content.parameters))
  const unknown = Object.keys(given).find((key) => !declared.has(key))
  if (unknown !== undefined) {
    // AWS's text, of documents that have parameters too (boto3#3151), and then which it is.
    const known = declared.size === 0 ? '' : `. It has ${listed([...declared.keys()])}.`
    throw refused(`document ${name} does not support parameters. Unknown parameter: ${unknown}${known}`)
  }

  const typed: [string, ParameterValue][] = []
  for (const [key, declaration] of declared) {
    const values = Object.hasOwn(given, key) ? given[key] : undefined
    if (values) typed.push([key, typeOne(key, declaration, values, tests)])
    else if (declaration.default !== undefined)
      typed.push([key, judgeDefault(key, declaration, declaration.default, tests)])
    else throw refused(`Parameter "${key}" is required by document ${name}.`)
  }
  // Not assigned one by one: a parameter may be called __proto__.
  return Object.fromEntries(typed)
}

/** One that refers to Parameter Store; the others were judged when the document was written. */
function judgeDefault(
  key: string,
  declaration: DocumentParameter,
  value: ParameterValue,
  tests: ParameterTests,
): ParameterValue {
  const texts = textsOf(value)
  if (texts.some((text) => storedNames(text).length > 0)) checkParameter(key, declaration, texts, tests)
  return value
}

/** A value as it would have been given. */
export function textsOf(value: ParameterValue): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  return items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
}

function typeOne(
  key: string,
  declaration: DocumentParameter,
  values: readonly string[],
  tests: ParameterTests,
): ParameterValue {
  const { type } = declaration
  const typed = typedValue(key, type, values)
  // Bounds are about items, also of a list that came as one text.
  const items = type === 'MapList' && Array.isArray(typed) ? typed.map((item) => JSON.stringify(item)) : values
  checkParameter(key, declaration, items, tests)
  return typed
}

function typedValue(key: string, type: DocumentParameter['type'], values: readonly string[]): ParameterValue {
  try {
    return parameterValue(type, values)
  } catch (cause) {
    if (!(cause instanceof MessageError)) throw cause
    throw new ServiceError('InvalidParameters', `Parameter "${key}" is not ${withArticle(type)}.`, { cause })
  }
}

/**
 * Whether these values keep the bounds that a parameter declares.
 *
 * @throws {ServiceError} InvalidParameters
 */
export function checkParameter(
  key: string,
  declaration: DocumentParameter,
  values: readonly string[],
  { opened = (value) => [value] }: ParameterTests = {},
): void {
  const { type } = declaration
  if (type === 'MapList') {
    checkCount(key, declaration, values.length)
    return
  }
  const isList = type === 'StringList'
  const texts = values.flatMap((value) => opened(value, isList))
  if (isList) checkCount(key, declaration, texts.length)
  // Compiled once: a list may have very many values.
  const pattern = declaration.allowedPattern === undefined ? undefined : new LinearPattern(declaration.allowedPattern)
  for (const text of texts) checkText(key, declaration, text, pattern)
}

function checkCount(key: string, { minItems, maxItems }: DocumentParameter, count: number): void {
  if (minItems !== undefined && count < minItems) throw refused(`Parameter "${key}" has fewer than ${minItems} items.`)
  if (maxItems !== undefined && count > maxItems) throw refused(`Parameter "${key}" has more than ${maxItems} items.`)
}

function checkText(key: string, declaration: DocumentParameter, value: string, pattern?: LinearPattern): void {
  const { minChars, maxChars, allowedValues, allowedPattern } = declaration
  // Lengths first: they bound what a pattern may be made to read.
  if (minChars !== undefined && value.length < minChars) {
    throw refused(`Parameter "${key}" has a value shorter than ${minChars} characters.`)
  }
  if (maxChars !== undefined && value.length > maxChars) {
    throw refused(`Parameter "${key}" has a value longer than ${maxChars} characters.`)
  }
  if (allowedValues && !allowedValues.includes(value)) {
    throw refused(`Parameter "${key}" has a value not found in [${allowedValues.join(', ')}].`)
  }
  // In time that is linear in the value, whoever wrote the pattern.
  if (pattern && !pattern.matches(value)) {
    throw refused(`Parameter "${key}" has a value that does not match ${allowedPattern}.`)
  }
}

function listed(names: readonly string[]): string {
  return names.length > mostListed ? `${names.slice(0, mostListed).join(', ')} …` : names.join(', ')
}

function refused(message: string): ServiceError {
  return new ServiceError('InvalidParameters', message)
}
