import type { ModifyDocumentPermissionRequest } from '@fairlead/wire/model/generated/ssm'
import { mostPublicDocuments, mostShares } from '../../domain/document-share.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Context, Operation } from '../operation.ts'
import { documentCheck } from './find-document.ts'
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
    const before = (await documents.sharesOf(name)).map(({ sharedWith }) => sharedWith)
    const isNewlyPublic = added.includes('all') && !before.includes('all')
    if (isNewlyPublic) await requirePublicAllowed(context)
    const next = new Set([...before.filter((account) => !removed.includes(account)), ...added])
    if (next.size > mostShares) {
      throw limit(`A document can be shared with ${mostShares} accounts at most.`)
    }
    const shares = added.map((sharedWith) => ({ sharedWith, version: version as '$DEFAULT' | '$LATEST' | '$ALL' }))
    await documents.changeShares(name, shares, removed)
    return {}
  },
}

async function requirePublicAllowed({ store }: Context): Promise<void> {
  const setting = await store.serviceSettings.findSetting(publicSharing)
  if (setting?.value === 'Disable') {
    throw new ServiceError('ValidationException', `The service setting ${publicSharing} blocks public sharing.`)
  }
  if ((await store.documents.countPublic()) >= mostPublicDocuments) {
    throw limit(`An account can share ${mostPublicDocuments} documents publicly at most.`)
  }
}

/** Each once; the model takes `all` in any case. */
function accountsIn(ids: readonly string[] = []): readonly string[] {
  return [...new Set(ids.map((id) => id.toLowerCase()))]
}

function limit(message: string): ServiceError {
  return new ServiceError('DocumentPermissionLimit', message)
}
