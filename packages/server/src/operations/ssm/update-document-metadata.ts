import type { UpdateDocumentMetadataRequest } from '@fairlead/wire/model/generated/ssm'
import { type DocumentReview, mostReviews } from '../../domain/document-review.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { documentCheck, findShownDocument, noVersion } from './find-document.ts'
import { requireOwn } from './own-document.ts'

/** How often a review is tried again when somebody else reviewed the version in between. */
const mostTries = 5

/** UpdateDocumentMetadata: a version is sent to review, and approved or rejected. Nothing depends on it. */
export const updateDocumentMetadata: Operation<UpdateDocumentMetadataRequest, Record<string, never>> = {
  service: 'ssm',
  name: 'UpdateDocumentMetadata',
  action: 'ssm:UpdateDocumentMetadata',

  resources: ({ Name }, scope) => [documentCheck(Name, scope)],

  async handle(input, context) {
    const { Name: name, DocumentReviews } = input
    await requireOwn(name, context)
    const version = Number((await findShownDocument(name, input, context)).version)
    const { documents } = context.store
    for (let tries = 0; tries < mostTries; tries++) {
      const read = await documents.lastReview(name, version)
      const { review, isNew } = nextReview(read?.review, DocumentReviews, {
        reviewer: reviewerIn(context.caller.arn),
        at: context.now(),
      })
      const last = read?.number ?? 0
      const number = last + (isNew ? 1 : 0)
      if (number > mostReviews) {
        throw new ServiceError('InvalidDocumentOperation', `A version can have ${mostReviews} reviews at most.`)
      }
      const outcome = await documents.saveReview(name, version, { number, last }, review)
      if (outcome === 'saved') return {}
      if (outcome === 'not-found') throw noVersion()
    }
    throw new ServiceError('InvalidDocumentOperation', 'The version is being reviewed by others. Try again.')
  },
}

const statusOf = { SendForReview: 'PENDING', Approve: 'APPROVED', Reject: 'REJECTED' } as const

function nextReview(
  last: DocumentReview | undefined,
  { Action: action, Comment = [] }: UpdateDocumentMetadataRequest['DocumentReviews'],
  { reviewer, at }: { readonly reviewer: string; readonly at: Date },
): { readonly review: DocumentReview; readonly isNew: boolean } {
  const comment = Comment[0]?.Content
  if (action !== 'SendForReview' && last?.status !== 'PENDING') {
    throw new ServiceError('InvalidDocumentOperation', 'The version is not in review: send it for review first.')
  }
  if (action === 'SendForReview' && last?.status === 'PENDING') {
    throw new ServiceError('InvalidDocumentOperation', 'The version is in review already.')
  }
  if (action === 'UpdateReview' && last) {
    return { review: { ...last, comment: comment ?? last.comment, updatedAt: at }, isNew: false }
  }
  const status = action === 'UpdateReview' ? 'PENDING' : statusOf[action]
  return { review: { status, reviewer, comment, createdAt: at, updatedAt: at }, isNew: true }
}

/** The name of who calls, in the letters that the model has for reviewers. */
function reviewerIn(arn: string): string {
  return arn
    .slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1)
    .replaceAll(/[^A-Za-z0-9_.-]/g, '-')
    .slice(0, 50)
}
