import type { UpdateDocumentRequest, UpdateDocumentResult } from '@fairlead/wire/model/generated/ssm'
import { ownedDocument } from '../../domain/document-catalogue.ts'
import { mostVersions } from '../../domain/document-version.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { describeDocument, showCustomers } from './described-document.ts'
import { documentCheck, noDocument, numberOf } from './find-document.ts'
import { newVersion } from './new-version.ts'
import { describeTags } from './tags.ts'

/**
 * UpdateDocument: a new version of a document, which becomes the latest and not the default. Only the
 * latest can be updated (UpdateDocument reference); it is meant when no version is named.
 */
export const updateDocument: Operation<UpdateDocumentRequest, UpdateDocumentResult> = {
  service: 'ssm',
  name: 'UpdateDocument',
  action: 'ssm:UpdateDocument',

  resources: ({ Name }, scope) => [documentCheck(Name, scope)],

  async handle(input, { store, scope, now }) {
    const { Name: name, DocumentVersion = '$LATEST' } = input
    if (ownedDocument(name)) {
      throw new ServiceError('InvalidDocumentOperation', `Document ${name} is owned by Amazon and cannot be changed.`)
    }
    const head = await store.documents.findDocument(name)
    if (!head) throw noDocument(name)
    if (numberOf(DocumentVersion, head) !== head.latestVersion) {
      throw new ServiceError(
        'InvalidDocumentVersion',
        `Only the latest version of a document can be updated: version ${head.latestVersion}, or $LATEST.`,
      )
    }
    const before = await store.documents.findVersion(name, head.latestVersion)
    // What an update does not say of it, a version has from the one before (UpdateDocument reference, DisplayName).
    const { DisplayName = before?.displayName, TargetType = before?.targetType } = input
    const version = newVersion(
      { ...input, DisplayName, TargetType },
      {
        version: head.lastNumber + 1,
        createdAt: now(),
        type: head.type,
        requires: before?.requires ?? [],
      },
    )
    if (before?.schemaVersion === '1.2' || version.schemaVersion === '1.2') {
      // User guide, "Schemas, features, and examples": versions began with schema 2.0.
      throw new ServiceError(
        'InvalidDocumentSchemaVersion',
        'Documents of schema version 1.2 have one version: make a document of another name, or of schema version 2.2.',
      )
    }
    const same = await store.documents.findVersionOfHash(name, version.hash)
    if (same) {
      throw new ServiceError(
        'DuplicateDocumentContent',
        `Version ${same.version} of document ${name} has the same content. Change the content, or make that version the default.`,
      )
    }
    switch (await store.documents.addVersion(head, version, mostVersions)) {
      case 'version-name-taken':
        throw new ServiceError(
          'DuplicateDocumentVersionName',
          `Document ${name} already has a version that is named ${input.VersionName}.`,
        )
      case 'too-many':
        throw new ServiceError('DocumentVersionLimitExceeded', `A document can have ${mostVersions} versions at most.`)
      case 'changed-meanwhile':
        throw new ServiceError('InvalidDocumentVersion', `Document ${name} has just been changed. Look at it again.`)
      case 'added': {
        const next = { ...head, latestVersion: version.version, lastNumber: version.version }
        const description = describeDocument(showCustomers(next, version, scope))
        const tags = await store.tags.tagsOf({ type: 'Document', id: name })
        return { DocumentDescription: { ...description, Status: 'Updating', Tags: describeTags(tags) } }
      }
    }
  },
}
