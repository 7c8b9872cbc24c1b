import type {
  EntityType,
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
} from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { type Detail, detailsOf } from './account-details.ts'
import { listed, pageRequest } from './page.ts'

/** The order in which pages go through the kinds. */
const kinds: readonly EntityType[] = ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy']

/** Each takes several reads; a page may hold fewer than were asked for (reference, "MaxItems"). */
const mostAtOnce = 100

/** GetAccountAuthorizationDetails: everybody and what they may do, page by page. */
export const getAccountAuthorizationDetails: Operation<
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse
> = {
  service: 'iam',
  name: 'GetAccountAuthorizationDetails',
  action: 'iam:GetAccountAuthorizationDetails',

  resources: () => [{ resource: '*' }],

  async handle({ Filter: filter = kinds, ...listing }, context) {
    const { limit: asked, after } = pageRequest(listing)
    const limit = Math.min(asked, mostAtOnce)
    const begin = placeOf(after)
    const wanted = kinds.filter((kind) => filter.includes(kind))
    const details: Detail[] = []
    for (const kind of wanted) {
      if (kinds.indexOf(kind) < kinds.indexOf(begin.kind)) continue
      const room = limit - details.length
      // A full page does not look whether there is more: the next one may be empty (reference, "IsTruncated").
      if (room === 0) return { ...joined(details), ...listed({ items: [], next: `${kind}/` }) }
      const page = await detailsOf[kind](context, { limit: room, after: kind === begin.kind ? begin.after : '' })
      details.push(...page.items)
      if (page.next !== undefined) return { ...joined(details), ...listed({ items: [], next: `${kind}/${page.next}` }) }
    }
    return { ...joined(details), ...listed({ items: [] }) }
  },
}

/** Where a page begins: `Role/deploy` is after the role `deploy`. */
function placeOf(after: string | undefined): { readonly kind: EntityType; readonly after: string } {
  const [name = '', rest = ''] = after?.split(/\/(.*)/s) ?? []
  return { kind: kinds.find((kind) => kind === name) ?? 'User', after: rest }
}

/** The lists of all kinds; one that nothing was found for is empty. */
function joined(details: readonly Detail[]): Detail {
  return {
    UserDetailList: details.flatMap(({ UserDetailList = [] }) => UserDetailList),
    GroupDetailList: details.flatMap(({ GroupDetailList = [] }) => GroupDetailList),
    RoleDetailList: details.flatMap(({ RoleDetailList = [] }) => RoleDetailList),
    Policies: details.flatMap(({ Policies = [] }) => Policies),
  }
}
