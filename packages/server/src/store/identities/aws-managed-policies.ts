import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ManagedPolicy, PolicyVersion } from '../../domain/managed-policy.ts'

/** One entry of aws-managed-policies.json, which tools/generate-managed-policies.ts writes. */
interface Entry {
  readonly arn: string
  readonly versionId: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly document: unknown
}

export type AwsManagedPolicy = Omit<ManagedPolicy, 'attachmentCount' | 'boundaryCount'>

const file = new URL('./aws-managed-policies.json', import.meta.url)
const prefix = 'arn:aws:iam::aws:policy'

/**
 * The policies that AWS offers in every account, as far as we carry them. Only the current version
 * of each. The file is read when the first of them is asked for, so that a start does not pay for it.
 */
export class AwsManagedPolicies {
  #entries: ReadonlyMap<string, Entry> | undefined

  find(arn: string): AwsManagedPolicy | undefined {
    const entry = arn.startsWith(prefix) ? this.#all().get(arn) : undefined
    return entry && policyOf(entry)
  }

  /** The only version that we carry. */
  version(arn: string): PolicyVersion | undefined {
    const entry = arn.startsWith(prefix) ? this.#all().get(arn) : undefined
    if (!entry) return undefined
    const { versionId, document, updatedAt } = entry
    return { versionId, document: JSON.stringify(document), isDefault: true, createdAt: new Date(updatedAt) }
  }

  /** In the order of names. */
  list(): readonly AwsManagedPolicy[] {
    return [...this.#all().values()].map(policyOf).sort((a, b) => (a.policyName < b.policyName ? -1 : 1))
  }

  #all(): ReadonlyMap<string, Entry> {
    this.#entries ??= read()
    return this.#entries
  }
}

function read(): ReadonlyMap<string, Entry> {
  const { policies } = JSON.parse(readFileSync(file, 'utf8')) as { policies: readonly Entry[] }
  return new Map(policies.map((entry) => [entry.arn, entry]))
}

function policyOf({ arn, versionId, createdAt, updatedAt }: Entry): AwsManagedPolicy {
  const nameAt = arn.lastIndexOf('/') + 1
  return {
    policyId: policyIdOf(arn),
    policyName: arn.slice(nameAt),
    path: arn.slice(prefix.length, nameAt),
    arn,
    owner: 'AWS',
    defaultVersionId: versionId,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    tags: {},
  }
}

/** The source has no ids. Ours have AWS's form and are the same everywhere, being made from the ARN. */
function policyIdOf(arn: string): string {
  const digits = createHash('sha256').update(arn).digest()
  return `ANPA${Array.from(digits.subarray(0, 17), (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(byte & 31)).join('')}`
}
