/** An IAM group: what its policies allow, each of its users may. It is no principal itself. */
export interface Group {
  /** `AGPA…` */
  readonly groupId: string
  readonly groupName: string
  /** Begins and ends with a slash. */
  readonly path: string
  readonly createdAt: Date
}

/** Quotas of the IAM user guide, "IAM and AWS STS quotas". */
export const groupsPerAccount = 300
export const groupsPerUser = 10
