import type { DocumentDescription } from '@fairlead/wire/model/generated/ssm'
import { documentArn } from '../../domain/arn.ts'
import type { DocumentParameter, DocumentType } from '../../domain/document.ts'
import { documentName, type OwnedDocument } from '../../domain/document-catalogue.ts'
import { documentHash } from '../../domain/document-hash.ts'
import { type DocumentFormat, parseDocument } from '../../domain/document-text.ts'
import type { DocumentHead, DocumentVersion } from '../../domain/document-version.ts'
import type { PlatformType } from '../../domain/managed-node.ts'
import type { Scope } from '../../domain/scope.ts'
import { sessionPlatforms } from '../../domain/session-document.ts'

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
    platformTypes: sessionPlatforms,
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
    SchemaVersion: outline.schemaVersion,
    LatestVersion: shown.latestVersion,
    DefaultVersion: shown.defaultVersion,
    DocumentFormat: shown.format,
    TargetType: shown.targetType,
    Tags: [],
  }
}

/** What a document says of itself. It was read strictly when it was made. */
export function outlineOf({ content, format }: Pick<ShownDocument, 'content' | 'format'>): {
  readonly schemaVersion: string
  readonly description: string | undefined
  readonly parameters: DocumentDescription['Parameters']
} {
  const { schemaVersion, description, parameters } = parseDocument(content, format) as {
    readonly schemaVersion: string
    readonly description?: string
    readonly parameters?: Readonly<Record<string, DocumentParameter>> | null
  }
  const declared = Object.entries(parameters ?? {})
  return {
    schemaVersion,
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
