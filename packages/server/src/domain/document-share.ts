/** With whom a document is shared: the number of an account, or all of them. */
export interface DocumentShare {
  readonly sharedWith: string
  readonly version: '$DEFAULT' | '$LATEST' | '$ALL'
}

/** ModifyDocumentPermission reference: "DocumentPermissionLimit". */
export const mostShares = 1000
export const mostPublicDocuments = 5
