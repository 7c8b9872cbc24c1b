import type {
  DescribeDocumentRequest,
  DescribeDocumentResult,
  ReviewInformation,
} from '@fairlead/wire/model/generated/ssm'
import type { Context, Operation } from '../operation.ts'
import { describeDocument as describe, type ShownDocument } from './described-document.ts'
import { documentCheck, findShownDocument } from './find-document.ts'
import { describeTags } from './tags.ts'

/** DescribeDocument: what is known of a document but its content. */
export const describeDocument: Operation<DescribeDocumentRequest, DescribeDocumentResult> = {
  service: 'ssm',
  name: 'DescribeDocument',
  action: 'ssm:DescribeDocument',

  resources: ({ Name }, scope) => [documentCheck(Name, scope)],

  async handle(input, context) {
    const shown = await findShownDocument(input.Name, input, context)
    const tags = await context.store.tags.tagsOf({ type: 'Document', id: shown.name })
    const review = await lastReviewOf(shown, context)
    return { Document: { ...describe(shown), Tags: describeTags(tags), ReviewInformation: review } }
  },
}

/** Undefined for a version that was never in review. */
async function lastReviewOf(
  { name, version, reviewStatus }: ShownDocument,
  { store }: Context,
): Promise<readonly ReviewInformation[] | undefined> {
  if (reviewStatus === undefined) return undefined
  const last = await store.documents.lastReview(name, Number(version))
  return last && [{ ReviewedTime: last.review.updatedAt, Status: last.review.status, Reviewer: last.review.reviewer }]
}
