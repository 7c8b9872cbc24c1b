import type { Tags } from './tag.ts'

/** What hands a role to EC2 instances. Nodes of ours get theirs from an activation; profiles are kept for those who ask. */
export interface InstanceProfile {
  /** `AIPA…` */
  readonly profileId: string
  readonly profileName: string
  /** Begins and ends with a slash. */
  readonly path: string
  /** `AROA…` of the one role in it. */
  readonly roleId?: string | undefined
  readonly createdAt: Date
  readonly tags: Tags
}

/** Quota of the IAM user guide, "IAM and AWS STS quotas". */
export const instanceProfilesPerAccount = 1_000
