import type { NewAccessKey } from '../../domain/access-key.ts'
import type { ManagedPolicy } from '../../domain/managed-policy.ts'
import type { Role } from '../../domain/role.ts'
import type { User } from '../../domain/user.ts'

/** What the contract tests fill a store with. */
export const at = new Date('2026-01-02T03:04:05.678Z')
export const later = new Date('2026-01-02T03:05:06Z')
export const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
export const page = { limit: 100 }

export function user(userName: string, changes: Partial<User> = {}): User {
  return {
    userId: `AIDA${userName.toUpperCase()}`,
    userName,
    path: '/',
    createdAt: at,
    tags: {},
    boundaryArn: undefined,
    ...changes,
  }
}

export function role(roleName: string, changes: Partial<Role> = {}): Role {
  const roleId = `AROA${roleName.toUpperCase()}`
  const rest = { description: undefined, trustPolicy: '{}', maxSessionSeconds: 3600, createdAt: at, tags: {} }
  return { roleId, roleName, path: '/', ...rest, boundaryArn: undefined, ...changes }
}

export function policy(policyName: string, changes: Partial<ManagedPolicy> = {}): ManagedPolicy {
  return {
    policyId: `ANPA${policyName.toUpperCase()}`,
    policyName,
    path: '/',
    arn: `arn:aws:iam::123456789012:policy/${policyName}`,
    owner: 'Local',
    description: undefined,
    defaultVersionId: 'v1',
    attachmentCount: 0,
    boundaryCount: 0,
    createdAt: at,
    updatedAt: at,
    tags: {},
    ...changes,
  }
}

export function key(accessKeyId: string, secret = `secret of ${accessKeyId}`): NewAccessKey {
  return { accessKeyId, secret, createdAt: at }
}
