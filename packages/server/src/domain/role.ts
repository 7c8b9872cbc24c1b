import type { Tags } from './tag.ts'

/** An IAM role: policies for whoever its trust policy lets assume it, nodes among them. */
export interface Role {
  /** `AROA…`, the first half of aws:userid in its sessions. */
  readonly roleId: string
  readonly roleName: string
  /** Begins and ends with a slash. */
  readonly path: string
  readonly description?: string | undefined
  /** Who may assume it: a policy with principals, as its author wrote it. */
  readonly trustPolicy: string
  readonly maxSessionSeconds: number
  readonly createdAt: Date
  readonly tags: Tags
  /** The managed policy beyond which nothing is allowed, whatever other policies say. */
  readonly boundaryArn?: string | undefined
}

/** Quota of the IAM user guide, "IAM and AWS STS quotas". */
export const rolesPerAccount = 1_000

/** What CreateRole takes when MaxSessionDuration is not given (CreateRole reference). */
export const defaultMaxSessionSeconds = 3_600
