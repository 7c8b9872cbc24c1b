import type { RawFinding } from './finding.ts'
import { segmentsOf } from './globs.ts'
import { patternCovers } from './known-actions.ts'
import type { LintedPolicy, LintedStatement } from './linted-policy.ts'

/** Ways for a caller to get more than its policies say, and the condition keys that close them. */
const ways: Readonly<Record<string, readonly string[]>> = {
  'iam:PassRole': ['iam:passedtoservice', 'iam:associatedresourcearn'],
  'iam:PutUserPolicy': ['iam:permissionsboundary'],
  'iam:PutRolePolicy': ['iam:permissionsboundary'],
  'iam:PutGroupPolicy': [],
  'iam:AttachUserPolicy': ['iam:permissionsboundary', 'iam:policyarn'],
  'iam:AttachRolePolicy': ['iam:permissionsboundary', 'iam:policyarn'],
  'iam:AttachGroupPolicy': ['iam:policyarn'],
  'iam:CreatePolicyVersion': [],
  'iam:SetDefaultPolicyVersion': [],
  'iam:AddUserToGroup': [],
  'iam:CreateAccessKey': [],
  'iam:CreateLoginProfile': [],
  'iam:UpdateLoginProfile': [],
  'iam:UpdateAssumeRolePolicy': [],
  'iam:DeleteUserPermissionsBoundary': [],
  'iam:DeleteRolePermissionsBoundary': [],
}

const wideResources = new Set(['*', 'role/*', 'user/*', 'group/*', 'policy/*'])

/** Privilege escalation: who may write policies, or hand over any role, may do everything. */
export function escalation({ statements }: LintedPolicy): readonly RawFinding[] {
  return statements.filter(({ isAllow }) => isAllow).flatMap(ofStatement)
}

function ofStatement(statement: LintedStatement): readonly RawFinding[] {
  const { resources, actions, conditions, index } = statement
  const wide = resources.find(({ text }) => text === '*' || isWide(text))
  if (wide === undefined) return []
  const keys = new Set(conditions.map(({ key }) => key.toLowerCase()))
  return actions.flatMap(({ text, offset }): RawFinding[] => {
    if (text === '*' && conditions.length === 0) {
      return [
        {
          code: 'allows-everything',
          severity: 'warning',
          statement: index,
          offset,
          message: 'This allows everything, also to change what it allows.',
          instead: 'The actions that are needed.',
        },
      ]
    }
    const open = Object.entries(ways).filter(
      ([way, guards]) => patternCovers(text, way) && !guards.some((guard) => keys.has(guard)),
    )
    if (open.length === 0) return []
    const names = open.map(([way]) => way)
    const passes = names.length === 1 && names[0] === 'iam:PassRole'
    return [
      {
        code: passes ? 'pass-any-role' : 'privilege-escalation',
        severity: 'warning',
        statement: index,
        offset,
        message: passes
          ? 'Whoever may pass any role can give one that may do more to a node or a service, and act through it.'
          : `Whoever may ${shown(names)} on ${wide.text} can give themselves everything.`,
        instead: passes
          ? 'The ARNs of the roles that are meant, and "Condition": {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}}.'
          : 'The ARNs that are meant, and where there are such keys a Condition on iam:PermissionsBoundary or iam:PolicyARN.',
      },
    ]
  })
}

function shown(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}

function isWide(arn: string): boolean {
  const [, , service, , , resource = ''] = segmentsOf(arn)
  return (service === 'iam' || service === '*') && wideResources.has(resource)
}
