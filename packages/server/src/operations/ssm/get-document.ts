import type { GetDocumentRequest, GetDocumentResult } from '@fairlead/wire/model/generated/ssm'
import { parseDocument, renderDocument } from '../../domain/document-text.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { describeRequires } from './described-requires.ts'
import { documentCheck, findShownDocument } from './find-document.ts'

/** GetDocument: the content, as JSON unless YAML is asked for; as its author wrote it when that is the format. */
export const getDocument: Operation<GetDocumentRequest, GetDocumentResult> = {
  service: 'ssm',
  name: 'GetDocument',
  action: 'ssm:GetDocument',

  resources: ({ Name }, scope) => [documentCheck(Name, scope)],

  async handle(input, context) {
    const { DocumentFormat: wanted = 'JSON' } = input
    if (wanted === 'TEXT')
      throw new ServiceError('ValidationException', 'Documents have the formats JSON and YAML here.')
    const shown = await findShownDocument(input.Name, input, context)
    const { content, format } = shown
    return {
      Name: shown.name,
      CreatedDate: shown.createdAt,
      DisplayName: shown.displayName,
      VersionName: shown.versionName,
      DocumentVersion: shown.version,
      Status: 'Active',
      Content: format === wanted ? content : renderDocument(withTextualVersion(parseDocument(content, format)), wanted),
      DocumentType: shown.type,
      DocumentFormat: wanted,
      Requires: describeRequires(shown.requires),
      ReviewStatus: shown.reviewStatus,
    }
  },
}

/** YAML's authors leave out the quotes of the schema version; agents that run the document inside of another read text. */
function withTextualVersion(value: unknown): unknown {
  const { schemaVersion, ...more } = value as { readonly schemaVersion?: unknown }
  return typeof schemaVersion === 'number' ? { schemaVersion: schemaVersion.toFixed(1), ...more } : value
}
