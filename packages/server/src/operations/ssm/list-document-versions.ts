import type {
  DocumentVersionInfo,
  ListDocumentVersionsRequest,
  ListDocumentVersionsResult,
} from '@fairlead/wire/model/generated/ssm'
import type { Operation } from '../operation.ts'
import type { ShownDocument } from './described-document.ts'
import { nameHere, showCustomers } from './described-document.ts'
import { documentCheck, findShownDocument, noDocument } from './find-document.ts'
import { pageToken, placeOf } from './page-token.ts'

const defaultMaxResults = 50

/** ListDocumentVersions: all versions of a document, newest first. */
export const listDocumentVersions: Operation<ListDocumentVersionsRequest, ListDocumentVersionsResult> = {
  service: 'ssm',
  name: 'ListDocumentVersions',
  action: 'ssm:ListDocumentVersions',

  resources: ({ Name }, scope) => [documentCheck(Name, scope)],

  async handle({ Name: nameOrArn, MaxResults: limit = defaultMaxResults, NextToken }, context) {
    const { store, scope } = context
    const after = placeOf(this.name, NextToken)
    const shown = await findShownDocument(nameOrArn, {}, context)
    if (shown.owner === 'Amazon') return { DocumentVersions: [describeVersion(shown)] }
    const name = nameHere(nameOrArn, scope) ?? nameOrArn
    const head = await store.documents.findDocument(name)
    const { items, next } = await store.documents.listVersions(name, { limit, after })
    if (!head) throw noDocument(nameOrArn)
    return {
      DocumentVersions: items.map((version) => describeVersion(showCustomers(head, version, scope))),
      NextToken: pageToken(this.name, next),
    }
  },
}

function describeVersion(shown: ShownDocument): DocumentVersionInfo {
  return {
    Name: shown.name,
    DisplayName: shown.displayName,
    DocumentVersion: shown.version,
    VersionName: shown.versionName,
    CreatedDate: shown.createdAt,
    IsDefaultVersion: shown.version === shown.defaultVersion,
    DocumentFormat: shown.format,
    Status: 'Active',
    ReviewStatus: shown.reviewStatus,
  }
}
