import type { DocumentType } from '../../domain/document.ts'
import type { ReviewStatus } from '../../domain/document-review.ts'
import type { DocumentFormat } from '../../domain/document-text.ts'
import type { DocumentHead, DocumentVersion, RequiredDocument } from '../../domain/document-version.ts'
import type { PlatformType } from '../../domain/managed-node.ts'
import type { Row, SqlValue } from '../database.ts'
import { date, number, text, textOrNothing } from '../row.ts'

/** Everything that makes a DocumentHead: SELECT this FROM documents d. */
export const headColumns = `d.name, d.document_type, d.created_at AS document_created_at, d.default_version,
  d.latest_version AS last_number, (SELECT MAX(l.version) FROM document_versions l
    WHERE l.account = d.account AND l.region = d.region AND l.name = d.name) AS latest_there`

export function headOf(row: Row): DocumentHead {
  return {
    name: text(row, 'name'),
    // Written by nobody but `addDocument`.
    type: text(row, 'document_type') as DocumentType,
    createdAt: date(row, 'document_created_at'),
    defaultVersion: number(row, 'default_version'),
    latestVersion: number(row, 'latest_there'),
    lastNumber: number(row, 'last_number'),
  }
}

/** Everything that makes a DocumentVersion: SELECT this FROM document_versions v. */
export const versionColumns = `v.name, v.version, v.version_name, v.display_name, v.target_type, v.format, v.content,
  v.hash, v.created_at, v.schema_version, v.platform_types, v.requires, v.review_status`

export function versionOf(row: Row): DocumentVersion {
  return {
    name: text(row, 'name'),
    version: number(row, 'version'),
    versionName: textOrNothing(row, 'version_name'),
    displayName: textOrNothing(row, 'display_name'),
    targetType: textOrNothing(row, 'target_type'),
    format: text(row, 'format') as DocumentFormat,
    content: text(row, 'content'),
    hash: text(row, 'hash'),
    createdAt: date(row, 'created_at'),
    schemaVersion: text(row, 'schema_version'),
    platformTypes: text(row, 'platform_types')
      .split(',')
      .filter((platform) => platform !== '') as readonly PlatformType[],
    requires: JSON.parse(text(row, 'requires')) as readonly RequiredDocument[],
    reviewStatus: textOrNothing(row, 'review_status') as ReviewStatus | undefined,
  }
}

/** Takes account, region and `versionParams`. */
export const insertVersion = `INSERT INTO document_versions (account, region, name, version, version_name, display_name,
  target_type, format, content, hash, created_at, schema_version, platform_types, requires, review_status)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

export function versionParams(version: DocumentVersion): readonly SqlValue[] {
  return [
    version.name,
    version.version,
    version.versionName ?? null,
    version.displayName ?? null,
    version.targetType ?? null,
    version.format,
    version.content,
    version.hash,
    version.createdAt.getTime(),
    version.schemaVersion,
    version.platformTypes.join(','),
    JSON.stringify(version.requires),
    version.reviewStatus ?? null,
  ]
}
