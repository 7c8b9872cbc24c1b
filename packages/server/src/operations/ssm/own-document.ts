import { ownedDocument } from '../../domain/document-catalogue.ts'
import type { DocumentHead } from '../../domain/document-version.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Context } from '../operation.ts'
import { noDocument } from './find-document.ts'

/**
 * A document of this account, for what only its owner does.
 *
 * @throws {ServiceError} InvalidDocument
 */
export async function requireOwn(name: string, { store }: Pick<Context, 'store'>): Promise<DocumentHead> {
  if (ownedDocument(name)) throw new ServiceError('InvalidDocument', `Document ${name} is owned by Amazon.`)
  const head = await store.documents.findDocument(name)
  if (!head) throw noDocument(name)
  return head
}
