import { createHash } from 'node:crypto'
import type { CreateDocumentRequest, UpdateDocumentRequest } from '@fairlead/wire/model/generated/ssm'
import { readCommandContent } from '../../domain/command-document-content.ts'
import { platformsOf } from '../../domain/command-document-plugins.ts'
import type { DocumentType } from '../../domain/document.ts'
import { stepsOfDocument } from '../../domain/document-steps.ts'
import { type DocumentFormat, parseDocument } from '../../domain/document-text.ts'
import type { DocumentVersion, RequiredDocument } from '../../domain/document-version.ts'
import { ServiceError } from '../../domain/error.ts'
import { sessionPlatforms } from '../../domain/session-document.ts'
import { readSessionContent } from '../../domain/session-document-content.ts'
import { requireUsableInputs } from '../../domain/usable-inputs.ts'
import { requireUsableParameters } from '../../domain/usable-parameters.ts'

type Written = CreateDocumentRequest | UpdateDocumentRequest

/** What a request does not say of a version. */
interface NewVersion {
  readonly version: number
  readonly createdAt: Date
  readonly type: DocumentType
  readonly requires: readonly RequiredDocument[]
}

/**
 * A version of a document out of a request, once its content has been read.
 *
 * @throws {ServiceError} what `parseDocument` and the readers of content do; ValidationException for what is not served
 */
export function newVersion(input: Written, { type, ...more }: NewVersion): DocumentVersion {
  if ((input.Attachments?.length ?? 0) > 0) {
    throw new ServiceError('ValidationException', `Attachments are not for documents of type ${type}.`)
  }
  const format = formatOf(input.DocumentFormat)
  return {
    ...more,
    format,
    name: input.Name,
    versionName: input.VersionName,
    displayName: input.DisplayName,
    targetType: input.TargetType,
    content: input.Content,
    hash: createHash('sha256').update(input.Content).digest('hex'),
    ...outlineOf(parseDocument(input.Content, format), type),
  }
}

function outlineOf(value: unknown, type: DocumentType): Pick<DocumentVersion, 'schemaVersion' | 'platformTypes'> {
  if (type === 'Session') {
    const { schemaVersion, parameters } = readSessionContent(value)
    requireUsableParameters(parameters)
    return { schemaVersion, platformTypes: sessionPlatforms }
  }
  const content = readCommandContent(value)
  requireUsableParameters(content.parameters)
  requireUsableInputs(content)
  const actions = stepsOfDocument(content).map(({ action }) => action)
  return { schemaVersion: content.schemaVersion, platformTypes: platformsOf(actions) }
}

/** JSON when nothing is said, whatever the version before is written in (UpdateDocument reference). */
function formatOf(asked: Written['DocumentFormat'] = 'JSON'): DocumentFormat {
  if (asked !== 'TEXT') return asked
  throw new ServiceError('ValidationException', 'Documents have the formats JSON and YAML here.')
}
