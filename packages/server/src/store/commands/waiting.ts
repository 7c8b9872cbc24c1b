import type { Invocation } from '../../domain/invocation.ts'
import type { SqlValue, Statement } from '../database.ts'

/** Whether it waits to be sent to its node: what 'undelivered' means in the store. */
export function isWaiting({ deliveredAt, endedAt }: Invocation): boolean {
  return deliveredAt === undefined && endedAt === undefined
}

/** Counts `more` that wait, of which there must be one at least; a conflict when more than `most` would wait then. */
export function countWaiting(scope: readonly SqlValue[], more: number, most: number): Statement {
  return { sql: addWaiting, params: [...scope, more, most], expect: 1 }
}

const addWaiting = `INSERT INTO waiting_counts (account, region, waiting) VALUES ($1, $2, $3)
  ON CONFLICT (account, region) DO UPDATE SET waiting = waiting_counts.waiting + excluded.waiting
  WHERE waiting_counts.waiting + excluded.waiting <= $4`

/** Counts one that waits no longer. */
export function countSent(scope: readonly SqlValue[]): Statement {
  return { sql: subtractWaiting('1'), params: scope }
}

/** `count` is SQL. */
export function subtractWaiting(count: string): string {
  return `UPDATE waiting_counts SET waiting = waiting - ${count} WHERE account = $1 AND region = $2`
}
