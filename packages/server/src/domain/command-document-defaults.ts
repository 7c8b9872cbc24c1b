import type { DocumentParameter } from './document.ts'
import { storedNames } from './document-references.ts'
import { ServiceError } from './error.ts'
import { checkParameter, textsOf } from './parameters.ts'

/**
 * Refuses defaults that could not be given: agents hold them against the pattern too. What is kept in Parameter Store
 * is judged when it is used.
 *
 * @throws {ServiceError} InvalidDocumentContent, saying where
 */
export function requireFittingDefaults(parameters: Readonly<Record<string, DocumentParameter>>): void {
  for (const [name, parameter] of Object.entries(parameters)) {
    const { default: value } = parameter
    if (value === undefined) continue
    const texts = textsOf(value)
    if (texts.some((text) => storedNames(text).length > 0)) continue
    try {
      checkParameter(name, parameter, texts)
    } catch (cause) {
      if (!(cause instanceof ServiceError)) throw cause
      throw new ServiceError(
        'InvalidDocumentContent',
        `Document content is not valid: parameters.${name.slice(0, 200)}.default does not fit. ${cause.message}`,
        { cause },
      )
    }
  }
}
