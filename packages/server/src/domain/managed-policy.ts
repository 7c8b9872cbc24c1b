import type { Tags } from './tag.ts'

/** A policy that has an ARN of its own and may be attached to many principals. */
export interface ManagedPolicy {
  /** `ANPA…` */
  readonly policyId: string
  readonly policyName: string
  /** Begins and ends with a slash. */
  readonly path: string
  readonly arn: string
  /** AWS's own are read-only and the same in every account. */
  readonly owner: 'AWS' | 'Local'
  readonly description?: string | undefined
  readonly defaultVersionId: string
  /** How many users, groups and roles it is attached to. */
  readonly attachmentCount: number
  /** How many users and roles it is the boundary of. */
  readonly boundaryCount: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly tags: Tags
}

export interface PolicyVersion {
  /** `v1`, `v2` …; a number is never used twice in one policy. */
  readonly versionId: string
  /** As its author wrote it. */
  readonly document: string
  readonly isDefault: boolean
  readonly createdAt: Date
}

/** Quotas of the IAM user guide, "IAM and AWS STS quotas". */
export const policiesPerAccount = 1_500
export const versionsPerPolicy = 5
export const attachmentsPerPrincipal = 10
