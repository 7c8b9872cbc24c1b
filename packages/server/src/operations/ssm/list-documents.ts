import type { DocumentIdentifier, ListDocumentsRequest, ListDocumentsResult } from '@fairlead/wire/model/generated/ssm'
import { accountWideArn } from '../../domain/arn.ts'
import { ownedDocuments } from '../../domain/document-catalogue.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Tags } from '../../domain/tag.ts'
import type { Context, Operation } from '../operation.ts'
import { type ShownDocument, showCustomers, showOwned } from './described-document.ts'
import { describeRequires } from './described-requires.ts'
import { documentTest } from './document-filter.ts'
import { filteredPage } from './filtered-page.ts'
import { pageToken, placeOf } from './page-token.ts'
import { describeTags } from './tags.ts'

const defaultMaxResults = 50

interface Listed {
  readonly shown: ShownDocument
  readonly tags: Tags
}

/** ListDocuments: Amazon's and the account's own, in the order of names, with their default versions. */
export const listDocuments: Operation<ListDocumentsRequest, ListDocumentsResult> = {
  service: 'ssm',
  name: 'ListDocuments',
  action: 'ssm:ListDocuments',

  resources: (_input, scope) => [{ resource: accountWideArn(scope) }],

  async handle(input, context) {
    const test = documentTest(input)
    const { MaxResults: limit = defaultMaxResults } = input
    const { items, next } = await filteredPage(
      { limit, after: placeOf(this.name, input.NextToken) },
      (page) => listAll(page, context),
      ({ shown, tags }) => test.holds(shown, tags),
    )
    return { DocumentIdentifiers: items.map(identify), NextToken: pageToken(this.name, next) }
  },
}

/** One listing of two: Amazon's few are put among the account's. */
async function listAll({ limit, after }: PageRequest, { store, scope }: Context): Promise<Page<Listed>> {
  const page = await store.documents.listDocuments({ limit, after })
  const own = page.items.map(({ head, version }) => showCustomers(head, version, scope))
  const owned = ownedDocuments()
    .filter(({ name }) => after === undefined || name > after)
    .map(showOwned)
  const all = [...own, ...owned].sort((a, b) => (a.name < b.name ? -1 : 1))
  const shown = all.slice(0, limit)
  const names = shown.map(({ name }) => name)
  const tags = await store.tags.tagsOfEach('Document', names)
  const items = shown.map((document) => ({ shown: document, tags: tags.get(document.name) ?? {} }))
  const isLast = all.length <= limit && page.next === undefined
  return { items, next: isLast ? undefined : shown.at(-1)?.name }
}

function identify({ shown, tags }: Listed): DocumentIdentifier {
  return {
    Name: shown.name,
    CreatedDate: shown.createdAt,
    DisplayName: shown.displayName,
    Owner: shown.owner,
    VersionName: shown.versionName,
    PlatformTypes: shown.platformTypes,
    DocumentVersion: shown.version,
    DocumentType: shown.type,
    SchemaVersion: shown.schemaVersion,
    DocumentFormat: shown.format,
    TargetType: shown.targetType,
    Tags: describeTags(tags),
    Requires: describeRequires(shown.requires),
    ReviewStatus: shown.reviewStatus,
  }
}
