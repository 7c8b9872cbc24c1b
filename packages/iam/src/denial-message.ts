import type { Decision } from './decide.ts'
import type { PolicyType } from './policy-set.ts'

/** What a denial message speaks of. */
export interface DeniedRequest {
  /** The user's or the role session's ARN, or `anonymous`. */
  readonly callerArn: string
  /** As AWS writes it: `ssm:SendCommand`. */
  readonly action: string
  readonly resource: string
}

const nouns: Readonly<Record<PolicyType, string>> = {
  scp: 'service control policy',
  rcp: 'resource control policy',
  resource: 'resource-based policy',
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
}

/**
 * The text with which AWS refuses (IAM guide, "Access denied error message examples"). A resource of `*` is not
 * named; S3 puts its ARNs in quotes, as observed in its answers.
 */
export function denialMessage(decision: Decision, { callerArn, action, resource }: DeniedRequest): string {
  const shown = /^s3:/i.test(action) ? `"${resource}"` : resource
  const on = resource === '*' ? '' : ` on resource: ${shown}`
  return `User: ${callerArn} is not authorized to perform: ${action}${on} ${reasonText(decision, action)}`
}

function reasonText({ effect, deniedBy = 'identity' }: Decision, action: string): string {
  const trust = deniedBy === 'resource' && /^sts:(?:AssumeRole|TagSession|SetSourceIdentity)/i.test(action)
  const noun = trust ? 'role trust policy' : nouns[deniedBy]
  if (effect !== 'ExplicitlyDenied') return `because no ${noun} allows the ${action} action`
  if (trust) return `with an explicit deny in the ${noun}`
  return `with an explicit deny in ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}
