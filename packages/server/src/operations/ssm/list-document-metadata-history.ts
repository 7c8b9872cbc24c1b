import type {
  DocumentReviewerResponseSource,
  ListDocumentMetadataHistoryRequest,
  ListDocumentMetadataHistoryResponse,
} from '@fairlead/wire/model/generated/ssm'
import type { DocumentReview } from '../../domain/document-review.ts'
import type { Operation } from '../operation.ts'
import { documentCheck, findShownDocument } from './find-document.ts'
import { pageToken, placeOf } from './page-token.ts'

const defaultMaxResults = 50

/** ListDocumentMetadataHistory: the reviews of one version, oldest first. */
export const listDocumentMetadataHistory: Operation<
  ListDocumentMetadataHistoryRequest,
  ListDocumentMetadataHistoryResponse
> = {
  service: 'ssm',
  name: 'ListDocumentMetadataHistory',
  action: 'ssm:ListDocumentMetadataHistory',

  resources: ({ Name }, scope) => [documentCheck(Name, scope)],

  async handle(input, context) {
    const { MaxResults: limit = defaultMaxResults, NextToken } = input
    const after = placeOf(this.name, NextToken)
    const { name, version } = await findShownDocument(input.Name, input, context)
    const { items, next } = await context.store.documents.listReviews(name, Number(version), { limit, after })
    return {
      Name: name,
      DocumentVersion: version,
      Metadata: { ReviewerResponse: items.map(describeReview) },
      NextToken: pageToken(this.name, next),
    }
  },
}

function describeReview({
  status,
  reviewer,
  comment,
  createdAt,
  updatedAt,
}: DocumentReview): DocumentReviewerResponseSource {
  return {
    CreateTime: createdAt,
    UpdatedTime: updatedAt,
    ReviewStatus: status,
    Reviewer: reviewer,
    Comment: comment === undefined ? undefined : [{ Type: 'Comment', Content: comment }],
  }
}
