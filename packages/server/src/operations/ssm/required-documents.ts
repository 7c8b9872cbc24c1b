import type { CreateDocumentRequest } from '@fairlead/wire/model/generated/ssm'
import type { RequiredDocument } from '../../domain/document-version.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Context } from '../operation.ts'
import { findShownDocument } from './find-document.ts'

const mostRequired = 50

/**
 * What a new document requires, once it has been found.
 *
 * @throws {ServiceError} ValidationException for a document or a version that is not there
 */
export async function readRequires(
  { Requires = [] }: CreateDocumentRequest,
  context: Pick<Context, 'store' | 'scope'>,
): Promise<readonly RequiredDocument[]> {
  if (Requires.length > mostRequired) {
    throw new ServiceError('ValidationException', `A document can require ${mostRequired} others at most.`)
  }
  for (const { Name, Version, VersionName } of Requires) {
    try {
      await findShownDocument(Name, { DocumentVersion: Version, VersionName }, context)
    } catch (cause) {
      if (!(cause instanceof ServiceError)) throw cause
      throw new ServiceError('ValidationException', `The required document ${Name} was not found. ${cause.message}`, {
        cause,
      })
    }
  }
  return Requires.map(({ Name, Version, RequireType, VersionName }) => ({
    name: Name,
    ...(Version === undefined ? {} : { version: Version }),
    ...(RequireType === undefined ? {} : { requireType: RequireType }),
    ...(VersionName === undefined ? {} : { versionName: VersionName }),
  }))
}
