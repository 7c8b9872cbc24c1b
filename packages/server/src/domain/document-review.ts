export type ReviewStatus = 'APPROVED' | 'NOT_REVIEWED' | 'PENDING' | 'REJECTED'

/** What somebody did about the review of one version of a document. */
export interface DocumentReview {
  readonly status: ReviewStatus
  readonly reviewer: string
  readonly comment: string | undefined
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Of one version. */
export const mostReviews = 1000
