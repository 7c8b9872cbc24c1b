import type { DocumentType } from './document.ts'
import type { ReviewStatus } from './document-review.ts'
import type { DocumentFormat } from './document-text.ts'
import type { PlatformType } from './managed-node.ts'

/** What is the same in all versions of a customer's document. */
export interface DocumentHead {
  readonly name: string
  readonly type: DocumentType
  readonly createdAt: Date
  readonly defaultVersion: number
  /** The newest one there is. */
  readonly latestVersion: number
  /** The highest number ever given: numbers are not used twice, also when the version is gone. */
  readonly lastNumber: number
}

export interface DocumentVersion {
  readonly name: string
  readonly version: number
  readonly versionName?: string | undefined
  readonly displayName?: string | undefined
  readonly targetType?: string | undefined
  readonly format: DocumentFormat
  /** As its author wrote it. */
  readonly content: string
  /** SHA-256 of the content, lower-case hexadecimal. */
  readonly hash: string
  readonly createdAt: Date
  /** Of the content, as what follows: listings do not read it. */
  readonly schemaVersion: string
  readonly platformTypes: readonly PlatformType[]
  readonly requires: readonly RequiredDocument[]
  readonly reviewStatus?: ReviewStatus | undefined
}

/** A document that another one needs. */
export interface RequiredDocument {
  readonly name: string
  readonly version?: string | undefined
  readonly requireType?: string | undefined
  readonly versionName?: string | undefined
}

/** Of one account in one region (service quotas of Systems Manager). */
export const mostDocuments = 500
export const mostVersions = 1000
