import type { DocumentReview, ReviewStatus } from '../../domain/document-review.ts'
import type { Row, SqlValue } from '../database.ts'
import { date, text, textOrNothing } from '../row.ts'

export const selectReviews = `SELECT number, status, reviewer, comment, created_at, updated_at FROM document_reviews
  WHERE account = $1 AND region = $2 AND name = $3 AND version = $4 AND number > $5 ORDER BY number LIMIT $6`

export const selectLastReview = `SELECT number, status, reviewer, comment, created_at, updated_at
  FROM document_reviews WHERE account = $1 AND region = $2 AND name = $3 AND version = $4
  ORDER BY number DESC LIMIT 1`

/** Writes nothing for a version that is not there, or whose last review is another one ($11) by now. */
export const saveReview = `INSERT INTO document_reviews (account, region, name, version, number, status, reviewer,
  comment, created_at, updated_at)
  SELECT $1, $2, $3, CAST($4 AS INTEGER), CAST($5 AS INTEGER), $6, $7, $8, CAST($9 AS BIGINT), CAST($10 AS BIGINT)
  WHERE EXISTS (SELECT 1 FROM document_versions WHERE account = $1 AND region = $2 AND name = $3
    AND version = CAST($4 AS INTEGER))
  AND $11 = COALESCE((SELECT MAX(number) FROM document_reviews WHERE account = $1 AND region = $2 AND name = $3
    AND version = CAST($4 AS INTEGER)), 0)
  ON CONFLICT (account, region, name, version, number) DO UPDATE SET status = excluded.status,
    reviewer = excluded.reviewer, comment = excluded.comment, updated_at = excluded.updated_at`

/** After account, region, name, version and number. */
export function reviewParams({ status, reviewer, comment, createdAt, updatedAt }: DocumentReview): readonly SqlValue[] {
  return [status, reviewer, comment ?? null, createdAt.getTime(), updatedAt.getTime()]
}

export function reviewOf(row: Row): DocumentReview {
  return {
    status: text(row, 'status') as ReviewStatus,
    reviewer: text(row, 'reviewer'),
    comment: textOrNothing(row, 'comment'),
    createdAt: date(row, 'created_at'),
    updatedAt: date(row, 'updated_at'),
  }
}
