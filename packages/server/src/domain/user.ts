import type { Tags } from './tag.ts'

/** Quota of the IAM user guide, "IAM and AWS STS quotas". */
export const usersPerAccount = 5_000

/** An IAM user. Its id never changes and is never used again; its name and path may change. */
export interface User {
  /** `AIDA…`, the value of aws:userid. */
  readonly userId: string
  readonly userName: string
  /** Begins and ends with a slash. */
  readonly path: string
  readonly createdAt: Date
  readonly tags: Tags
  /** The managed policy beyond which nothing is allowed, whatever other policies say. */
  readonly boundaryArn?: string | undefined
}
