import { createHash } from 'node:crypto'
import type { CreateDocumentRequest, UpdateDocumentRequest } from '@fairlead/wire/model/generated/ssm'
import { type DocumentFormat, parseDocument } from '../../domain/document-text.ts'
import type { DocumentVersion } from '../../domain/document-version.ts'
import { ServiceError } from '../../domain/error.ts'
import { readSessionContent } from '../../domain/session-document-content.ts'

type Written = CreateDocumentRequest | UpdateDocumentRequest

/**
 * A version of a session document out of a request, once its content has been read.
 *
 * @throws {ServiceError} what `parseDocument` and `readSessionContent` do; ValidationException for what is not served
 */
export function newVersion(
  input: Written,
  {
    version,
    createdAt,
    format,
  }: { readonly version: number; readonly createdAt: Date; readonly format: DocumentFormat },
): DocumentVersion {
  if ((input.Attachments?.length ?? 0) > 0) {
    throw new ServiceError('ValidationException', 'Attachments are not for documents of type Session.')
  }
  readSessionContent(parseDocument(input.Content, format))
  return {
    name: input.Name,
    version,
    versionName: input.VersionName,
    displayName: input.DisplayName,
    targetType: input.TargetType,
    format,
    content: input.Content,
    hash: createHash('sha256').update(input.Content).digest('hex'),
    createdAt,
  }
}

/** @throws {ServiceError} ValidationException for a format that no served type of document has */
export function formatOf(asked: Written['DocumentFormat'], otherwise: DocumentFormat): DocumentFormat {
  if (asked === undefined) return otherwise
  if (asked !== 'TEXT') return asked
  throw new ServiceError('ValidationException', 'Documents of type Session have the formats JSON and YAML.')
}
