import type { DocumentReview } from '../domain/document-review.ts'
import type { DocumentShare } from '../domain/document-share.ts'
import type { DocumentHead, DocumentVersion } from '../domain/document-version.ts'
import type { Page, PageRequest } from '../domain/page.ts'
import type { Tags } from '../domain/tag.ts'

/** A document with its default version. */
export interface ListedDocument {
  readonly head: DocumentHead
  readonly version: DocumentVersion
}

/** The documents that customers have written. */
export interface DocumentStore {
  /** Adds a document with its first version and its tags; 'too-many' when there are `limit` already. */
  addDocument(
    head: DocumentHead,
    version: DocumentVersion,
    tags: Tags,
    limit: number,
  ): Promise<'added' | 'name-taken' | 'too-many'>
  findDocument(name: string): Promise<DocumentHead | undefined>
  findVersion(name: string, version: number): Promise<DocumentVersion | undefined>
  findVersionNamed(name: string, versionName: string): Promise<DocumentVersion | undefined>
  /** The newest version with this content. */
  findVersionOfHash(name: string, hash: string): Promise<DocumentVersion | undefined>
  /** In the order of names. */
  listDocuments(page: PageRequest): Promise<Page<ListedDocument>>
  /**
   * Makes `version` the document's latest, if `head` is still as it was read; 'too-many' when it has
   * `limit` versions already.
   */
  addVersion(
    head: DocumentHead,
    version: DocumentVersion,
    limit: number,
  ): Promise<'added' | 'changed-meanwhile' | 'version-name-taken' | 'too-many'>
  /** Newest first. */
  listVersions(name: string, page: PageRequest): Promise<Page<DocumentVersion>>
  /** False when there is no such version. */
  setDefaultVersion(name: string, version: number): Promise<boolean>
  /** The default version stays as long as its document does. */
  removeVersion(name: string, version: number): Promise<'removed' | 'not-found' | 'is-default'>
  /** With all versions, tags and reviews; 'shared' when it is shared with anybody. */
  removeDocument(name: string): Promise<'removed' | 'shared' | 'not-found'>
  /** In the order of the accounts' numbers, `all` last. */
  sharesOf(name: string): Promise<readonly DocumentShare[]>
  /**
   * Adds or changes some and takes away others, at once; nothing when the document would have more than `limits.shares`,
   * or more than `limits.public` documents would be shared with all accounts.
   */
  changeShares(
    name: string,
    added: readonly DocumentShare[],
    removed: readonly string[],
    limits: { readonly shares: number; readonly public: number },
  ): Promise<'changed' | 'not-found' | 'too-many' | 'too-many-public'>
  /** The newest one of a version, with its number. */
  lastReview(name: string, version: number): Promise<{ number: number; review: DocumentReview } | undefined>
  /** Oldest first. */
  listReviews(name: string, version: number, page: PageRequest): Promise<Page<DocumentReview>>
  /**
   * Keeps a review of a version, which gives it its status: as the `number`th, from 1, one more than `last` or in its
   * place. `last` is the number of the last one as it was read, 0 when there was none.
   */
  saveReview(
    name: string,
    version: number,
    { number, last }: { readonly number: number; readonly last: number },
    review: DocumentReview,
  ): Promise<'saved' | 'not-found' | 'changed-meanwhile'>
}
