import type {
  DescribeDocumentPermissionRequest,
  DescribeDocumentPermissionResponse,
} from '@fairlead/wire/model/generated/ssm'
import type { Operation } from '../operation.ts'
import { documentCheck } from './find-document.ts'
import { requireOwn } from './own-document.ts'
import { pageToken, placeOf } from './page-token.ts'

/** The model lets an answer list so many accounts, whatever MaxResults asks for. */
const mostAccounts = 20

/** DescribeDocumentPermission: whom a document is shared with. */
export const describeDocumentPermission: Operation<
  DescribeDocumentPermissionRequest,
  DescribeDocumentPermissionResponse
> = {
  service: 'ssm',
  name: 'DescribeDocumentPermission',
  action: 'ssm:DescribeDocumentPermission',

  resources: ({ Name }, scope) => [documentCheck(Name, scope)],

  async handle({ Name: name, MaxResults = mostAccounts, NextToken }, context) {
    const after = placeOf(this.name, NextToken) ?? ''
    await requireOwn(name, context)
    const rest = (await context.store.documents.sharesOf(name)).filter(({ sharedWith }) => sharedWith > after)
    const shown = rest.slice(0, Math.min(MaxResults, mostAccounts))
    return {
      AccountIds: shown.map(({ sharedWith }) => sharedWith),
      AccountSharingInfoList: shown.map(({ sharedWith, version }) => ({
        AccountId: sharedWith,
        SharedDocumentVersion: version,
      })),
      NextToken: rest.length > shown.length ? pageToken(this.name, shown.at(-1)?.sharedWith) : undefined,
    }
  },
}
