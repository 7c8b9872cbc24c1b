import { createHash } from 'node:crypto'
import type { SendCommandRequest } from '@fairlead/wire/model/generated/ssm'
import { readCommandContent } from '../../domain/command-document-content.ts'
import type { Document } from '../../domain/document.ts'
import { findDocument } from '../../domain/document-catalogue.ts'
import { withEnvironment } from '../../domain/document-environment.ts'
import { parseDocument } from '../../domain/document-text.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Context } from '../operation.ts'
import type { ShownDocument } from './described-document.ts'
import { findShownDocument } from './find-document.ts'

/**
 * The document that a command is asked for with, as its version stands now.
 *
 * @throws {ServiceError} InvalidDocument when it is not there, of another type, or has another hash;
 * InvalidDocumentVersion
 */
export async function findCommandDocument(
  input: SendCommandRequest,
  context: Pick<Context, 'store' | 'scope'>,
): Promise<Document> {
  const shown = await findShownDocument(input.DocumentName, { DocumentVersion: input.DocumentVersion }, context)
  const { name, type, version, platformTypes } = shown
  if (type !== 'Command') {
    throw new ServiceError(
      'InvalidDocument',
      `Document ${name} is of type ${type}: commands run documents of type Command.`,
    )
  }
  requireHash(input, shown)
  const owned = findDocument(name, undefined)
  if (owned && owned !== 'no-version') return owned
  const content = withEnvironment(readCommandContent(parseDocument(shown.content, shown.format)))
  return { name, version, type, owner: 'Self', platformTypes, content }
}

/** Sha1 is deprecated, and still told by who has it from long ago. */
function requireHash({ DocumentHash: wanted, DocumentHashType }: SendCommandRequest, shown: ShownDocument): void {
  if (wanted === undefined || wanted === '') return
  const hash = DocumentHashType === 'Sha1' ? createHash('sha1').update(shown.content).digest('hex') : shown.hash
  if (wanted.toLowerCase() === hash) return
  throw new ServiceError(
    'InvalidDocument',
    `The document hash is not the ${DocumentHashType ?? 'Sha256'} of version ${shown.version} of document ${shown.name}.`,
  )
}
