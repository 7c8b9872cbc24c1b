import type { DeleteDocumentRequest } from '@fairlead/wire/model/generated/ssm'
import { ownedDocument } from '../../domain/document-catalogue.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { documentCheck, findShownDocument, noDocument } from './find-document.ts'

/** DeleteDocument: a document with all its versions, or one version that is not the default. */
export const deleteDocument: Operation<DeleteDocumentRequest, Record<string, never>> = {
  service: 'ssm',
  name: 'DeleteDocument',
  action: 'ssm:DeleteDocument',

  resources: ({ Name }, scope) => [documentCheck(Name, scope)],

  async handle(input, context) {
    const { Name: name, DocumentVersion, VersionName } = input
    const { documents } = context.store
    if (ownedDocument(name)) {
      throw new ServiceError('InvalidDocumentOperation', `Document ${name} is owned by Amazon and cannot be deleted.`)
    }
    if (DocumentVersion === undefined && VersionName === undefined) {
      switch (await documents.removeDocument(name)) {
        case 'removed':
          return {}
        case 'not-found':
          throw noDocument(name)
        case 'shared':
          // The model's text.
          throw new ServiceError(
            'InvalidDocumentOperation',
            'You attempted to delete a document while it is still shared. You must stop sharing the document before you can delete it.',
          )
      }
    }
    const { version } = await findShownDocument(name, input, context)
    const outcome = await documents.removeVersion(name, Number(version))
    if (outcome === 'is-default') {
      throw new ServiceError(
        'InvalidDocumentOperation',
        `Version ${version} is the default of document ${name}: make another one the default first, or delete the document.`,
      )
    }
    return {}
  },
}
