import { createHash } from 'node:crypto'
import { mostDocuments } from '../../domain/document-version.ts'
import { firstPreferences, preferencesName, sessionPlatforms } from '../../domain/session-document.ts'
import type { DocumentStore } from '../document-store.ts'

/** Makes the preferences document of a region that has none (design D4). */
export async function ensurePreferences(documents: DocumentStore, createdAt: Date): Promise<void> {
  if (await documents.findDocument(preferencesName)) return
  const content = JSON.stringify(firstPreferences, null, 2)
  const name = preferencesName
  const version = {
    name,
    version: 1,
    format: 'JSON',
    content,
    hash: createHash('sha256').update(content).digest('hex'),
    createdAt,
    schemaVersion: firstPreferences.schemaVersion,
    platformTypes: sessionPlatforms,
    requires: [],
  } as const
  const head = { name, type: 'Session', createdAt, defaultVersion: 1, latestVersion: 1, lastNumber: 1 } as const
  await documents.addDocument(head, version, {}, mostDocuments)
}
