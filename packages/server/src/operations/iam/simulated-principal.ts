import { type ContextRecord, type Principal, principalOf } from '@fairlead/iam'
import { groupArn, roleArn, userArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Tags } from '../../domain/tag.ts'
import type { BindingPolicy } from '../../store/identity-store.ts'
import type { AccessCheck, Context } from '../operation.ts'
import { groupCheck, roleCheck, userCheck } from './check.ts'
import { findGroup, findRole, findUser } from './find.ts'

/** A user, group or role whose policies are simulated. */
export interface SimulatedPrincipal {
  readonly kind: 'user' | 'group' | 'role'
  readonly arn: string
  readonly policies: readonly BindingPolicy[]
  readonly boundary: BindingPolicy | undefined
  /** Condition keys that follow from who it is. */
  readonly keys: ContextRecord
}

const form = /^arn:aws:iam::(\d{12}):(user|group|role)\/(?:.*\/)?([\w+=,.@-]{1,128})$/

/** Whoever may ask is decided on the principal, as AWS does. */
export function principalCheck(arn: string, scope: Scope): AccessCheck {
  const [, account, kind, name = ''] = form.exec(arn) ?? []
  if (account !== scope.account) return { resource: arn }
  if (kind === 'user') return { ...userCheck(scope, name), resource: arn }
  if (kind === 'role') return { ...roleCheck(scope, name), resource: arn }
  return kind === 'group' ? { ...groupCheck(scope, name), resource: arn } : { resource: arn }
}

/** Throws NoSuchEntity when there is none of this ARN, InvalidInput when it is no user, group or role. */
export async function simulatedPrincipal(arn: string, context: Context): Promise<SimulatedPrincipal> {
  const [, account, kind, name = ''] = form.exec(arn) ?? []
  if (kind === undefined)
    throw new ServiceError('InvalidInput', `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`)
  if (account !== context.scope.account) throw noEntity(arn)
  const found = await byName(kind, name, context)
  if (found.arn !== arn) throw noEntity(arn)
  return found
}

async function byName(kind: string, name: string, context: Context): Promise<SimulatedPrincipal> {
  const { store, scope } = context
  const { policies } = store.identities
  if (kind === 'group') {
    const group = await findGroup(context, name)
    const arn = groupArn(scope, group.path, group.groupName)
    return {
      kind,
      arn,
      policies: await policies.bindingPolicies({ kind, name: group.groupName }),
      boundary: undefined,
      keys: {},
    }
  }
  if (kind === 'user') {
    const { path, userName, userId, tags, boundaryArn } = await findUser(context, name)
    const arn = userArn(scope, path, userName)
    const keys = { 'aws:username': userName, 'aws:userid': userId, 'aws:PrincipalType': 'User' }
    return {
      kind,
      arn,
      policies: await policies.bindingPolicies({ kind, name: userName }),
      boundary: boundaryArn === undefined ? undefined : await policies.bindingPolicy(boundaryArn),
      keys: { ...principalKeys(arn, scope.account, tags), ...keys },
    }
  }
  const { path, roleName, tags, boundaryArn } = await findRole(context, name)
  const arn = roleArn(scope, path, roleName)
  return {
    kind: 'role',
    arn,
    policies: await policies.bindingPolicies({ kind: 'role', name: roleName }),
    boundary: boundaryArn === undefined ? undefined : await policies.bindingPolicy(boundaryArn),
    keys: { ...principalKeys(arn, scope.account, tags), 'aws:PrincipalType': 'AssumedRole' },
  }
}

/** Who asks in the simulation: the user, or some session of the role. */
export function askingPrincipal(arn: string): Principal {
  const [, account = '', , name = ''] = form.exec(arn) ?? []
  if (!arn.includes(':role/')) return principalOf(arn)
  return principalOf(`arn:aws:sts::${account}:assumed-role/${name}/simulation`, arn)
}

function principalKeys(arn: string, account: string, tags: Tags): ContextRecord {
  const entries = Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])
  return { 'aws:PrincipalArn': arn, 'aws:PrincipalAccount': account, ...Object.fromEntries(entries) }
}

function noEntity(arn: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The entity with ARN ${arn} cannot be found.`)
}
