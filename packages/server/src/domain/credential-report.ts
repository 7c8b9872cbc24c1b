import type { AccessKeyListing } from './access-key.ts'

/** What one user, or the root, signs in with. */
export interface Credentialed {
  readonly userName: string
  readonly arn: string
  readonly createdAt: Date
  /** Undefined without a password; `isRoot` has none that could be told of. */
  readonly passwordChangedAt?: Date | undefined
  readonly hasMfa: boolean
  /** The oldest first. */
  readonly keys: readonly AccessKeyListing[]
  readonly isRoot?: boolean
}

/** How long a report is good, and no other is made (IAM user guide, "Get credential reports for your AWS account"). */
export const reportGoodForMs = 4 * 3_600_000

const dayMs = 86_400_000
const keysShown = 2
const ofKey = ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service']
const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...ofKey.map((name) => `access_key_1_${name}`),
  ...ofKey.map((name) => `access_key_2_${name}`),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
]

/** The report as AWS lays it out: CSV with a head. `maxAgeDays` of the password policy, if it has one. */
export function credentialReport(all: readonly Credentialed[], maxAgeDays: number | undefined): string {
  const lines = all.map((one) => lineOf(one, maxAgeDays).map(cell).join(','))
  return [columns.join(','), ...lines].join('\n')
}

function lineOf(one: Credentialed, maxAgeDays: number | undefined): readonly string[] {
  const keys = Array.from({ length: keysShown }, (_, index) => keyCells(one.keys[index]))
  const { userName, arn, createdAt, hasMfa } = one
  const certificates = ['false', 'N/A', 'false', 'N/A']
  return [
    userName,
    arn,
    time(createdAt),
    ...passwordCells(one, maxAgeDays),
    String(hasMfa),
    ...keys.flat(),
    ...certificates,
  ]
}

function passwordCells({ passwordChangedAt: at, isRoot }: Credentialed, maxAgeDays: number | undefined): string[] {
  if (isRoot === true) return ['not_supported', 'no_information', 'not_supported', 'not_supported']
  if (at === undefined) return ['false', 'N/A', 'N/A', 'N/A']
  const next = maxAgeDays === undefined ? 'N/A' : time(new Date(at.getTime() + maxAgeDays * dayMs))
  return ['true', 'no_information', time(at), next]
}

function keyCells(key: AccessKeyListing | undefined): string[] {
  if (key === undefined) return ['false', 'N/A', 'N/A', 'N/A', 'N/A']
  const { status, createdAt, lastUse } = key
  const use = lastUse ? [time(lastUse.at), lastUse.region, lastUse.service] : ['N/A', 'N/A', 'N/A']
  return [String(status === 'Active'), time(createdAt), ...use]
}

/** `2026-01-02T03:04:05+00:00` */
function time(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, '+00:00')
}

/** Names of users may hold commas. */
function cell(text: string): string {
  return text.includes(',') ? `"${text}"` : text
}
