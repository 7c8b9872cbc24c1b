import { isRefusal } from '../api/api-error.ts'
import type { Ask } from '../api/keep-asking.ts'
import { xmlText } from '../api/xml-text.ts'
import { CliError } from '../cli-error.ts'

/** Above how many nodes a person has to confirm. */
export interface ConfirmLimit {
  readonly nodes: number
  /** Who set it: the tag of a role or a user, in place of the default. */
  readonly setBy: string | undefined
}

const usualLimit: ConfirmLimit = { nodes: 20, setBy: undefined }
const tagKey = 'fairlead:confirm-above'

/** The limit of whoever calls: the tag `fairlead:confirm-above` of the user or the role, if it may be read. */
export async function confirmLimit(ask: Ask): Promise<ConfirmLimit> {
  const arn = await ask((api) => api.callerArn())
  const [, kind = '', path = ''] = /^arn:aws:(?:iam|sts)::\d{12}:(user|assumed-role)\/(.+)$/.exec(arn) ?? []
  const steps = path.split('/')
  const UserName = steps.at(-1) ?? ''
  const RoleName = steps[0] ?? ''
  try {
    if (kind === 'user') return read(await ask((api) => api.iam('ListUserTags', { UserName })), `user ${UserName}`)
    if (kind === '') return usualLimit
    return read(await ask((api) => api.iam('ListRoleTags', { RoleName })), `role ${RoleName}`)
  } catch (error) {
    // Few may read their own tags, and it is no reason to do without a limit.
    if (isRefusal(error)) return usualLimit
    throw error
  }
}

function read(xml: string, owner: string): ConfirmLimit {
  const tag = xml.split('<member>').find((member) => xmlText(member, 'Key') === tagKey)
  const value = tag === undefined ? undefined : xmlText(tag, 'Value')
  if (value === undefined) return usualLimit
  if (!/^\d{1,6}$/.test(value))
    throw new CliError(`The tag ${tagKey} of ${owner} is ${value}: it must be a number of nodes.`)
  return { nodes: Number(value), setBy: owner }
}
