import type { ContextRecord } from '@fairlead/iam'
import { nodeArn } from '../domain/arn.ts'
import type { Caller } from '../domain/caller.ts'
import type { Scope } from '../domain/scope.ts'
import type { Store } from '../store/store.ts'

/** What the connection says about a request. */
export interface RequestFacts {
  readonly scope: Scope
  readonly sourceIp: string
  readonly secure: boolean
  readonly userAgent: string
  readonly receivedAt: Date
}

/**
 * The condition keys of section 1.5 of the authorization reference that hold for a whole request.
 * A key that AWS would not set is absent here, since Null and …IfExists can tell.
 */
export async function requestContext(caller: Caller, facts: RequestFacts, store: Store): Promise<ContextRecord> {
  const { scope, receivedAt } = facts
  return {
    'aws:PrincipalArn': caller.kind === 'role-session' ? caller.roleArn : caller.arn,
    'aws:PrincipalAccount': caller.account,
    'aws:PrincipalType': principalType(caller),
    'aws:userid': caller.userId,
    'aws:SourceIp': facts.sourceIp,
    'aws:SecureTransport': String(facts.secure),
    'aws:CurrentTime': receivedAt.toISOString(),
    'aws:EpochTime': String(Math.floor(receivedAt.getTime() / 1000)),
    'aws:RequestedRegion': scope.region,
    'aws:UserAgent': facts.userAgent,
    'aws:ResourceAccount': scope.account,
    'aws:ViaAWSService': 'false',
    ...(await callerKeys(caller, scope, store)),
  }
}

async function callerKeys(caller: Caller, scope: Scope, store: Store): Promise<ContextRecord> {
  if (caller.kind === 'user') {
    const user = await store.identities.users.findUser(caller.userName)
    return { 'aws:username': caller.userName, ...principalTags(user?.tags ?? {}) }
  }
  if (caller.kind !== 'role-session') return {}
  const role = await store.identities.roles.findRole(caller.roleName)
  const { nodeId } = caller
  return {
    ...principalTags(role?.tags ?? {}),
    'aws:TokenIssueTime': caller.issuedAt.toISOString(),
    'aws:MultiFactorAuthPresent': 'false',
    ...(nodeId === undefined
      ? {}
      : { [nodeId.startsWith('i-') ? 'ec2:SourceInstanceARN' : 'ssm:SourceInstanceARN']: nodeArn(scope, nodeId) }),
  }
}

function principalTags(tags: Readonly<Record<string, string>>): ContextRecord {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]))
}

function principalType(caller: Caller): string {
  switch (caller.kind) {
    case 'root':
      return 'Account'
    case 'user':
      return 'User'
    case 'role-session':
      return 'AssumedRole'
    default:
      return 'Anonymous'
  }
}
