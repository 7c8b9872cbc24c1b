import { ServiceError } from './error.ts'

/** The parameters that a text names as `{{ name }}`. Anything else in double braces is the script's own. */
export function parameterNames(text: string): readonly string[] {
  return [...text.matchAll(/\{\{\s{0,16}([A-Za-z0-9]{1,255})\s{0,16}\}\}/g)].map(([, name = '']) => name)
}

/** As agents read it. */
const stored = /\{\{ {0,16}ssm:([/\w.:-]{1,2048}) {0,16}\}\}/g

/** What a text names of Parameter Store as `{{ssm:name}}`, with the version if it has one. */
export function storedNames(text: string): readonly string[] {
  return [...text.matchAll(stored)].map(([, name = '']) => name)
}

/** Nothing but one of them. */
const aloneStored = /^\s{0,16}\{\{ {0,16}ssm:([/\w.:-]{1,2048}) {0,16}\}\}\s{0,16}$/

/** What Parameter Store has under a name; a StringList is a text with commas. */
export interface StoredValue {
  readonly isList: boolean
  readonly value: string
}

/** Characters: more than the largest request has; one that names a long value over and over would take a thousand times that. */
const longestOpened = 1_000_000

/** Puts values in the place of what the parameters of one command name of Parameter Store; a name without one stays. */
export class StoredValues {
  readonly #values: ReadonlyMap<string, StoredValue>
  #put = 0

  constructor(values: ReadonlyMap<string, StoredValue>) {
    this.#values = values
  }

  /**
   * @throws {ServiceError} InvalidParameters when too much would have to be put in, all together, or a StringList inside
   * of a text, which agents refuse in these words
   */
  inText(text: string): string {
    return text.replaceAll(stored, (whole, name: string) => {
      const found = this.#values.get(name)
      if (found?.isList) {
        throw new ServiceError('InvalidParameters', `Parameter ${name} of type StringList cannot be used as a String.`)
      }
      return found ? this.#take(found.value) : whole
    })
  }

  /** The items that agents make of an item of a list: several of one that is nothing but the name of a StringList. */
  inItem(item: string): readonly string[] {
    const name = aloneStored.exec(item)?.[1]
    const found = name === undefined ? undefined : this.#values.get(name)
    return found?.isList ? this.#take(found.value).split(',') : [this.inText(item)]
  }

  #take(value: string): string {
    this.#put += value.length
    if (this.#put <= longestOpened) return value
    throw new ServiceError(
      'InvalidParameters',
      `What a value names of Parameter Store can have ${longestOpened} characters at most, all together.`,
    )
  }
}

/**
 * Refuses what names parameters that are not declared: an agent would leave the braces where they are.
 *
 * @param path where `value` stands in the document
 * @throws {ServiceError} InvalidDocumentContent, in AWS's words
 */
export function requireDeclared(value: unknown, path: string, declared: ReadonlySet<string>): void {
  for (const { text, at } of textsIn(value, path)) {
    const unknown = parameterNames(text).find((name) => !declared.has(name))
    if (unknown !== undefined) {
      throw new ServiceError(
        'InvalidDocumentContent',
        `Parameter "${unknown}" is not declared. It is named in ${at.slice(0, 200)}.`,
      )
    }
  }
}

/** All names of Parameter Store in a value, each once. */
export function storedNamesIn(value: unknown): readonly string[] {
  return [...new Set(textsIn(value, '').flatMap(({ text }) => storedNames(text)))]
}

function textsIn(value: unknown, at: string): readonly { readonly text: string; readonly at: string }[] {
  if (typeof value === 'string') return [{ text: value, at }]
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, `${at}[${index}]`))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => textsIn(member, `${at}.${key}`))
}
