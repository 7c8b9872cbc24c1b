import type { AnyOperation } from '../operation.ts'
import { createDocument } from './create-document.ts'
import { deleteDocument } from './delete-document.ts'
import { describeDocument } from './describe-document.ts'
import { describeDocumentPermission } from './describe-document-permission.ts'
import { getDocument } from './get-document.ts'
import { listDocumentMetadataHistory } from './list-document-metadata-history.ts'
import { listDocumentVersions } from './list-document-versions.ts'
import { listDocuments } from './list-documents.ts'
import { modifyDocumentPermission } from './modify-document-permission.ts'
import { updateDocument } from './update-document.ts'
import { updateDocumentDefaultVersion } from './update-document-default-version.ts'
import { updateDocumentMetadata } from './update-document-metadata.ts'

/** Documents: those that customers write, and those that every account has. */
export const documentOperations: readonly AnyOperation[] = [
  createDocument,
  deleteDocument,
  describeDocument,
  describeDocumentPermission,
  getDocument,
  listDocuments,
  listDocumentVersions,
  listDocumentMetadataHistory,
  modifyDocumentPermission,
  updateDocument,
  updateDocumentDefaultVersion,
  updateDocumentMetadata,
]
