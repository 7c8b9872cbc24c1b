import { ServiceError } from './error.ts'

/** The parameters that a text names as `{{ name }}`. Anything else in double braces is the script's own. */
export function parameterNames(text: string): readonly string[] {
  return [...text.matchAll(/\{\{\s{0,16}([A-Za-z0-9]{1,255})\s{0,16}\}\}/g)].map(([, name = '']) => name)
}

/** What a text names of Parameter Store as `{{ssm:name}}`, with the version if it has one; as agents read it. */
export function storedNames(text: string): readonly string[] {
  return [...text.matchAll(/\{\{ {0,16}ssm:([/\w.:-]{1,2048}) {0,16}\}\}/g)].map(([, name = '']) => name)
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
