import type { ContentReader } from './content-reader.ts'
import type { DocumentParameter } from './document.ts'
import { readDocumentParameters } from './document-parameters.ts'

/**
 * The parameters that a session document declares.
 *
 * @throws {ServiceError} InvalidDocumentContent, saying where
 */
export function readSessionParameters(reader: ContentReader): Readonly<Record<string, DocumentParameter>> {
  return readDocumentParameters(reader, {
    types: ['String', 'StringList', 'Boolean', 'Integer'],
    name: /^[A-Za-z0-9_.-]{1,255}$/,
    names: 'use letters, digits, _, . and -',
  })
}
