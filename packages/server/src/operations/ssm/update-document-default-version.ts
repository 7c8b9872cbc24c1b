import type {
  UpdateDocumentDefaultVersionRequest,
  UpdateDocumentDefaultVersionResult,
} from '@fairlead/wire/model/generated/ssm'
import type { Operation } from '../operation.ts'
import { documentCheck, noDocument, noVersion } from './find-document.ts'

/** UpdateDocumentDefaultVersion: which version is meant when none is named. */
export const updateDocumentDefaultVersion: Operation<
  UpdateDocumentDefaultVersionRequest,
  UpdateDocumentDefaultVersionResult
> = {
  service: 'ssm',
  name: 'UpdateDocumentDefaultVersion',
  action: 'ssm:UpdateDocumentDefaultVersion',

  resources: ({ Name }, scope) => [documentCheck(Name, scope)],

  async handle({ Name: name, DocumentVersion }, { store }) {
    const number = Number(DocumentVersion)
    const version = Number.isSafeInteger(number) ? await store.documents.findVersion(name, number) : undefined
    if (!version || !(await store.documents.setDefaultVersion(name, number))) {
      throw (await store.documents.findDocument(name)) ? noVersion() : noDocument(name)
    }
    return {
      Description: { Name: name, DefaultVersion: DocumentVersion, DefaultVersionName: version.versionName },
    }
  },
}
