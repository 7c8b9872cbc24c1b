import type { ModifyDocumentPermissionRequest } from '@fairlead/wire/model/generated/ssm'
import { mostPublicDocuments, mostShares } from '../../domain/document-share.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Context, Operation } from '../operation.ts'
import { documentCheck, noDocument } from './find-document.ts'
import { requireOwn } from './own-document.ts'

const publicSharing = '/ssm/documents/console/public-sharing-permission'

/**
 * ModifyDocumentPermission: whom a document is shared with. It is kept and told; accounts that would use it are not here.
 */
export const modifyDocumentPermission: Operation<ModifyDocumentPermissionRequest, Record<string, never>> = {
  service: 'ssm',
  name: 'ModifyDocumentPermission',
  action: 'ssm:ModifyDocumentPermission',

  resources: ({ Name }, scope) => [documentCheck(Name, scope)],

  async handle(input, context) {
    const { Name: name, SharedDocumentVersion: version = '$DEFAULT' } = input
    const added = accountsIn(input.AccountIdsToAdd)
    const removed = accountsIn(input.AccountIdsToRemove)
    const both = added.find((account) => removed.includes(account))
    if (both !== undefined) {
      throw new ServiceError('ValidationException', `${both} cannot be added and removed at once.`)
    }
    await requireOwn(name, context)
    const { documents } = context.store
    if (added.includes('all')) await requirePublicAllowed(name, context)
    const shares = added.map((sharedWith) => ({ sharedWith, version: version as '$DEFAULT' | '$LATEST' | '$ALL' }))
    switch (await documents.changeShares(name, shares, removed, { shares: mostShares, public: mostPublicDocuments })) {
      case 'changed':
        return {}
      case 'not-found':
        throw noDocument(name)
      case 'too-many':
        throw limit(`A document can be shared with ${mostShares} accounts at most.`)
      case 'too-many-public':
        throw limit(`An account can share ${mostPublicDocuments} documents publicly at most.`)
    }
  },
}

/** One that is public already stays so when the account blocks it. */
async function requirePublicAllowed(name: string, { store }: Context): Promise<void> {
  const setting = await store.serviceSettings.findSetting(publicSharing)
  if (setting?.value !== 'Disable') return
  const shares = await store.documents.sharesOf(name)
  if (shares.some(({ sharedWith }) => sharedWith === 'all')) return
  throw new ServiceError('ValidationException', `The service setting ${publicSharing} blocks public sharing.`)
}

/** Each once; the model takes `all` in any case. */
function accountsIn(ids: readonly string[] = []): readonly string[] {
  return [...new Set(ids.map((id) => id.toLowerCase()))]
}

function limit(message: string): ServiceError {
  return new ServiceError('DocumentPermissionLimit', message)
}
