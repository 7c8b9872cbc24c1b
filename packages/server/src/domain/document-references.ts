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

/** Characters: more than the largest request has; one that names a long value over and over would take a thousand times that. */
const longestOpened = 1_000_000

/**
 * Puts values in the place of what a text names of Parameter Store; a name without one stays.
 *
 * @throws {ServiceError} InvalidParameters when too much would have to be put in
 */
export function withStored(text: string, values: ReadonlyMap<string, string>): string {
  let put = 0
  return text.replaceAll(stored, (whole, name: string) => {
    const value = values.get(name) ?? whole
    put += value.length
    if (put <= longestOpened) return value
    throw new ServiceError(
      'InvalidParameters',
      `What a value names of Parameter Store can have ${longestOpened} characters at most, all together.`,
    )
  })
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
