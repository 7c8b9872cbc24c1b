import type { AnyOperation } from '../operation.ts'
import { createDocument } from './create-document.ts'
import { deleteDocument } from './delete-document.ts'
import { describeDocument } from './describe-document.ts'
import { getDocument } from './get-document.ts'
import { listDocumentVersions } from './list-document-versions.ts'
import { listDocuments } from './list-documents.ts'
import { updateDocument } from './update-document.ts'
import { updateDocumentDefaultVersion } from './update-document-default-version.ts'

/** Documents: those that customers write, and those that every account has. */
export const documentOperations: readonly AnyOperation[] = [
  createDocument,
  deleteDocument,
  describeDocument,
  getDocument,
  listDocuments,
  listDocumentVersions,
  updateDocument,
  updateDocumentDefaultVersion,
]
