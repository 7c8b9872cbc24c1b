import type { Context, ContextLayer, ContextValue } from '@fairlead/iam'
import { nodeArn } from '../domain/arn.ts'
import type { Caller } from '../domain/caller.ts'
import type { Scope } from '../domain/scope.ts'

/** What the connection says about a request. */
export interface RequestFacts {
  readonly scope: Scope
  readonly sourceIp: string
  readonly secure: boolean
  readonly userAgent: string
  readonly receivedAt: Date
}

/**
 * The condition keys of section 1.5 of the authorization reference that hold for a whole request; worked out
 * when a policy asks, since few ask for any. A key that AWS would not set is absent here, since Null and
 * …IfExists can tell.
 *
 * @param principalTags aws:PrincipalTag/… of the caller, as `contextLayer` makes them
 */
export function requestContext(caller: Caller, facts: RequestFacts, principalTags: ContextLayer): Context {
  return (key) => factOf(key, facts) ?? callerKey(key, caller, facts.scope, facts.receivedAt) ?? principalTags.get(key)
}

function factOf(key: string, facts: RequestFacts): string | undefined {
  switch (key) {
    case 'aws:sourceip':
      return facts.sourceIp
    case 'aws:securetransport':
      return String(facts.secure)
    case 'aws:currenttime':
      return facts.receivedAt.toISOString()
    case 'aws:epochtime':
      return String(Math.floor(facts.receivedAt.getTime() / 1000))
    case 'aws:requestedregion':
      return facts.scope.region
    case 'aws:useragent':
      return facts.userAgent === '' ? undefined : facts.userAgent
    case 'aws:resourceaccount':
      return facts.scope.account
    case 'aws:viaawsservice':
      return 'false'
    default:
      return undefined
  }
}

function callerKey(key: string, caller: Caller, scope: Scope, now: Date): ContextValue | undefined {
  switch (key) {
    case 'aws:principalarn':
      return caller.kind === 'role-session' ? caller.roleArn : caller.arn
    case 'aws:principalaccount':
      return caller.account
    case 'aws:principaltype':
      return principalType(caller)
    case 'aws:principalisawsservice':
      // In every signed request (IAM user guide, "aws:PrincipalIsAWSService"); no service calls through this door.
      return caller.kind === 'anonymous' ? undefined : 'false'
    case 'aws:userid':
      return caller.userId
    case 'aws:username':
      return caller.kind === 'user' ? caller.userName : undefined
    case 'aws:tokenissuetime':
      return issuedAtOf(caller)?.toISOString()
    case 'aws:federatedprovider':
      return federatedProviderOf(caller)
    case 'aws:sourceidentity':
      return caller.kind === 'role-session' ? caller.marks?.sourceIdentity : undefined
    case 'aws:multifactorauthpresent':
      return isFederated(caller) ? undefined : issuedAtOf(caller) && String(mfaAtOf(caller) !== undefined)
    case 'aws:multifactorauthage':
      return ageOf(mfaAtOf(caller), now)
    case 'ec2:sourceinstancearn':
      return sourceInstance(caller, scope, true)
    case 'ssm:sourceinstancearn':
      return sourceInstance(caller, scope, false)
    default:
      return undefined
  }
}

/**
 * The issuer that vouches for the caller, or vouched for whoever began this very session: one that is assumed with
 * it has none (IAM user guide, "aws:FederatedProvider").
 */
function federatedProviderOf(caller: Caller): string | undefined {
  if (caller.kind === 'web-identity') return caller.provider
  return caller.kind === 'role-session' ? caller.marks?.federatedProvider : undefined
}

/** When temporary credentials were issued; long-term ones have no such moment. */
function issuedAtOf(caller: Caller): Date | undefined {
  if (caller.kind === 'user' || caller.kind === 'root') return caller.session?.issuedAt
  return caller.kind === 'role-session' || caller.kind === 'federated-user' ? caller.issuedAt : undefined
}

/** Of whom somebody else vouched for no MFA is known, nor that there was none (IAM user guide, "aws:MultiFactorAuthPresent"). */
function isFederated(caller: Caller): boolean {
  return caller.kind === 'federated-user' || federatedProviderOf(caller) !== undefined
}

/** Only a user's own session can show a code: those of roles never do (IAM user guide, "Secure API access with MFA"). */
function mfaAtOf(caller: Caller): Date | undefined {
  return caller.kind === 'user' || caller.kind === 'root' ? caller.session?.mfaAt : undefined
}

function ageOf(moment: Date | undefined, now: Date): string | undefined {
  return moment && String(Math.max(0, Math.floor((now.getTime() - moment.getTime()) / 1000)))
}

/** The node that acts, under the service's name that its kind of node has in AWS. */
function sourceInstance(caller: Caller, scope: Scope, isEc2: boolean): string | undefined {
  if (caller.kind !== 'role-session' || caller.nodeId === undefined) return undefined
  return caller.nodeId.startsWith('i-') === isEc2 ? nodeArn(scope, caller.nodeId) : undefined
}

function principalType(caller: Caller): string {
  switch (caller.kind) {
    case 'root':
      return 'Account'
    case 'user':
      return 'User'
    case 'federated-user':
      return 'FederatedUser'
    case 'role-session':
      return 'AssumedRole'
    default:
      return 'Anonymous'
  }
}
