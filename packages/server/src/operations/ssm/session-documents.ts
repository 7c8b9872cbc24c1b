import { documentName, ownedDocument } from '../../domain/document-catalogue.ts'
import { parseDocument } from '../../domain/document-text.ts'
import { ServiceError } from '../../domain/error.ts'
import { firstPreferences, preferencesName } from '../../domain/session-document.ts'
import type { FoundSessionDocument } from '../../domain/session-plan.ts'
import type { Context } from '../operation.ts'
import { nameHere } from './described-document.ts'
import { noDocument } from './find-document.ts'

type Parts = Pick<Context, 'store' | 'scope'>

export interface UsedDocument extends FoundSessionDocument {
  readonly version: string
}

/**
 * The document that a session is asked for with, or the region's preferences when none is named.
 *
 * @throws {ServiceError} InvalidDocument when it does not exist or is of another type
 */
export async function findSessionDocument(nameOrArn: string | undefined, parts: Parts): Promise<UsedDocument> {
  if (nameOrArn === undefined) return await findPreferences(parts)
  const name = nameHere(nameOrArn, parts.scope)
  if (name === undefined) throw noDocument(nameOrArn)
  const owned = ownedDocument(name)
  if (owned) return { name, version: '1', value: requireSession(owned).content }
  const found = await findOwn(name, parts)
  if (!found) throw noDocument(documentName(nameOrArn))
  return found
}

/** Whoever deleted the preferences has what a region has at first. */
export async function findPreferences(parts: Parts): Promise<UsedDocument> {
  const found = await findOwn(preferencesName, parts)
  return found ?? { name: preferencesName, version: '1', value: firstPreferences }
}

async function findOwn(name: string, { store }: Parts): Promise<UsedDocument | undefined> {
  const head = await store.documents.findDocument(name)
  if (!head) return undefined
  requireSession(head)
  // The preferences are in force when they have been updated: the user guide makes no version of them the default.
  const wanted = name === preferencesName ? head.latestVersion : head.defaultVersion
  const version = await store.documents.findVersion(name, wanted)
  return version && { name, version: String(wanted), value: parseDocument(version.content, version.format) }
}

/** AWS's text. */
function requireSession<Found extends { readonly type: string }>(document: Found): Found {
  if (document.type === 'Session') return document
  throw new ServiceError(
    'InvalidDocument',
    `Document type: '${document.type}' is not supported. Only type: 'Session' is supported in Session Manager.`,
  )
}
