import { documentArn } from '../../domain/arn.ts'
import { documentName, ownedDocument } from '../../domain/document-catalogue.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Scope } from '../../domain/scope.ts'
import type { AccessCheck, Context } from '../operation.ts'
import { nameHere, type ShownDocument, showCustomers, showOwned } from './described-document.ts'

/** Which version: by number, `$DEFAULT`, `$LATEST`, or by name. Nothing is the default. */
export interface WantedVersion {
  readonly DocumentVersion?: string | undefined
  readonly VersionName?: string | undefined
}

/** The check that operations on one document share: the action on it, with its type and tags. */
export function documentCheck(nameOrArn: string, scope: Scope): AccessCheck {
  const name = documentName(nameOrArn)
  return { resource: documentArn(scope, name), document: name }
}

/** @throws {ServiceError} InvalidDocument or InvalidDocumentVersion, with AWS's texts */
export async function findShownDocument(
  nameOrArn: string,
  wanted: WantedVersion,
  context: Pick<Context, 'store' | 'scope'>,
): Promise<ShownDocument> {
  const { DocumentVersion: version = '$DEFAULT', VersionName: versionName } = wanted
  const name = nameHere(nameOrArn, context.scope)
  if (name === undefined) throw noDocument(nameOrArn)
  const owned = ownedDocument(name)
  if (owned) {
    if (versionName !== undefined || !['$DEFAULT', '$LATEST', '1'].includes(version)) throw noVersion()
    return showOwned(owned)
  }
  const { documents } = context.store
  const head = await documents.findDocument(name)
  if (!head) throw noDocument(nameOrArn)
  const found =
    versionName === undefined
      ? await documents.findVersion(name, numberOf(version, head))
      : await documents.findVersionNamed(name, versionName)
  // Both may be given; then both must be right.
  if (!found || (wanted.DocumentVersion !== undefined && found.version !== numberOf(version, head))) throw noVersion()
  return showCustomers(head, found, context.scope)
}

export function numberOf(
  version: string,
  { defaultVersion, latestVersion }: { readonly defaultVersion: number; readonly latestVersion: number },
): number {
  if (version === '$DEFAULT') return defaultVersion
  return version === '$LATEST' ? latestVersion : Number(version)
}

/** AWS's text. */
export function noDocument(name: string): ServiceError {
  return new ServiceError('InvalidDocument', `Document with name ${name} does not exist.`)
}

export function noVersion(): ServiceError {
  return new ServiceError('InvalidDocumentVersion', 'The document version is not valid or does not exist.')
}
