import type { DocumentDescription } from '@fairlead/wire/model/generated/ssm'
import { documentArn } from '../../domain/arn.ts'
import type { DocumentParameter, DocumentType } from '../../domain/document.ts'
import { documentName, type OwnedDocument } from '../../domain/document-catalogue.ts'
import { documentHash } from '../../domain/document-hash.ts'
import type { ReviewStatus } from '../../domain/document-review.ts'
import { type DocumentFormat, parseDocument } from '../../domain/document-text.ts'
import type { DocumentHead, DocumentVersion, RequiredDocument } from '../../domain/document-version.ts'
import type { PlatformType } from '../../domain/managed-node.ts'
import type { Scope } from '../../domain/scope.ts'
import { describeRequires } from './described-requires.ts'

/** One version of a document, ours or a customer's, as the operations on documents show it. */
export interface ShownDocument {
  readonly name: string
  readonly type: DocumentType
  readonly owner: string
  readonly createdAt: Date
  readonly version: string
  readonly versionName?: string | undefined
  readonly displayName?: string | undefined
  readonly targetType?: string | undefined
  readonly latestVersion: string
  readonly defaultVersion: string
  readonly format: DocumentFormat
  readonly content: string
  readonly hash: string
  readonly platformTypes: readonly PlatformType[]
  readonly schemaVersion: string
  readonly requires: readonly RequiredDocument[]
  readonly reviewStatus?: ReviewStatus | undefined
}

/** There were none before the product. */
const ownedSince = new Date('2026-01-01T00:00:00Z')

export function showOwned(document: OwnedDocument): ShownDocument {
  const { name, type, platformTypes, content } = document
  return {
    name,
    type,
    owner: 'Amazon',
    createdAt: ownedSince,
    version: '1',
    latestVersion: '1',
    defaultVersion: '1',
    format: 'JSON',
    // What `documentHash` is the hash of.
    content: JSON.stringify(content),
    hash: documentHash(content),
    platformTypes,
    schemaVersion: content.schemaVersion,
    requires: [],
  }
}

export function showCustomers(head: DocumentHead, version: DocumentVersion, scope: Scope): ShownDocument {
  return {
    name: head.name,
    type: head.type,
    owner: scope.account,
    createdAt: version.createdAt,
    version: String(version.version),
    versionName: version.versionName,
    displayName: version.displayName,
    targetType: version.targetType,
    latestVersion: String(head.latestVersion),
    defaultVersion: String(head.defaultVersion),
    format: version.format,
    content: version.content,
    hash: version.hash,
    platformTypes: version.platformTypes,
    schemaVersion: version.schemaVersion,
    requires: version.requires,
    reviewStatus: version.reviewStatus,
  }
}

/** The name in `nameOrArn`, or undefined when the ARN is of another account or region. */
export function nameHere(nameOrArn: string, scope: Scope): string | undefined {
  const name = documentName(nameOrArn)
  return nameOrArn === name || nameOrArn === documentArn(scope, name) ? name : undefined
}

/** AWS leaves out what customers' session documents say of themselves (user guide, "Create session preferences"). */
export function describeDocument(shown: ShownDocument): DocumentDescription {
  const outline = outlineOf(shown)
  return {
    Hash: shown.hash,
    HashType: 'Sha256',
    Name: shown.name,
    DisplayName: shown.displayName,
    VersionName: shown.versionName,
    Owner: shown.owner,
    CreatedDate: shown.createdAt,
    Status: 'Active',
    DocumentVersion: shown.version,
    Description: shown.type === 'Session' && shown.owner !== 'Amazon' ? undefined : outline.description,
    Parameters: outline.parameters,
    PlatformTypes: shown.platformTypes,
    DocumentType: shown.type,
    SchemaVersion: shown.schemaVersion,
    LatestVersion: shown.latestVersion,
    DefaultVersion: shown.defaultVersion,
    DocumentFormat: shown.format,
    TargetType: shown.targetType,
    Tags: [],
    Requires: describeRequires(shown.requires),
    ReviewStatus: shown.reviewStatus,
  }
}

/** What a document says of itself. It was read strictly when it was made. */
function outlineOf({ content, format }: Pick<ShownDocument, 'content' | 'format'>): {
  readonly description: string | undefined
  readonly parameters: DocumentDescription['Parameters']
} {
  const { description, parameters } = parseDocument(content, format) as {
    readonly description?: string
    readonly parameters?: Readonly<Record<string, DocumentParameter>> | null
  }
  const declared = Object.entries(parameters ?? {})
  return {
    description: description || undefined,
    parameters:
      declared.length === 0 ? undefined : declared.map(([name, declaration]) => describeParameter(name, declaration)),
  }
}

/** AWS knows two types here, lists and everything else. */
function describeParameter(name: string, { type, description, default: value }: DocumentParameter) {
  return {
    Name: name,
    Type: type === 'StringList' ? ('StringList' as const) : ('String' as const),
    Description: description,
    DefaultValue: value === undefined || typeof value === 'string' ? value : JSON.stringify(value),
  }
}
