import { MalformedPolicy } from '../malformed-policy.ts'
import { parsePolicy } from '../parse-policy.ts'
import type { RawFinding } from './finding.ts'
import type { LintedPolicy, LintedStatement } from './linted-policy.ts'

/** What IAM would refuse to store, variables that its version does not know, and operators that do less than they seem. */
export function form(policy: LintedPolicy): readonly RawFinding[] {
  return [...refused(policy), ...policy.statements.flatMap((one) => [...oldVariables(policy, one), ...operators(one)])]
}

function refused({ text, statements }: LintedPolicy): readonly RawFinding[] {
  const hasPrincipal = statements.some(({ compiled }) => compiled.principal !== undefined)
  const hasResource = statements.some(({ compiled }) => compiled.source.resource !== undefined)
  try {
    parsePolicy(text, hasPrincipal ? (hasResource ? 'resource' : 'trust') : 'role')
    return []
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error
    return [malformed(error)]
  }
}

export function malformed({ message, place, fault }: MalformedPolicy): RawFinding {
  if (fault === 'too long') return tooLong
  const where = place.path === '' ? '' : ` (${place.path})`
  return {
    code: 'malformed',
    severity: 'error',
    offset: place.offset,
    message: `${message}${where}`,
    instead: 'A policy as the grammar of IAM has it; nobody can store this one.',
  }
}

const tooLong: RawFinding = {
  code: 'too-long',
  severity: 'warning',
  offset: 0,
  message:
    'It is longer than any policy that one can store: 6,144 characters without blanks, or 10,240 inline in a role.',
  instead: 'Several policies, or fewer and wider patterns.',
}

function oldVariables({ version }: LintedPolicy, { index, resources, conditions }: LintedStatement): RawFinding[] {
  if (version === '2012-10-17') return []
  const placed = [
    ...resources,
    ...conditions.flatMap(({ values, offset }) => values.map((text) => ({ text, offset }))),
  ].find(({ text }) => text.includes('${'))
  if (placed === undefined) return []
  return [
    {
      code: 'variables-need-version',
      severity: 'error',
      statement: index,
      offset: placed.offset,
      message: `Without "Version": "2012-10-17" ${placed.text} is plain text.`,
      instead: '"Version": "2012-10-17"',
    },
  ]
}

function operators({ index, conditions, isAllow }: LintedStatement): RawFinding[] {
  const nulls = new Set(
    conditions.filter(({ operator }) => /^null$/i.test(operator)).map(({ key }) => key.toLowerCase()),
  )
  return conditions.flatMap(({ operator, key, values, offset }): RawFinding[] => {
    const starred = values.find((value) => value.replace(/\$\{[^}]*\}/g, '').includes('*'))
    if (/string(?:not)?equals/i.test(operator) && starred !== undefined) {
      return [
        {
          code: 'wildcard-in-equals',
          severity: 'warning',
          statement: index,
          offset,
          message: `${operator} compares ${starred} letter by letter: the * is a star.`,
          instead: operator.replace(/Equals(?:IgnoreCase)?/i, 'Like'),
        },
      ]
    }
    if (isAllow && /^forallvalues:/i.test(operator) && !nulls.has(key.toLowerCase())) {
      return [
        {
          code: 'for-all-of-none',
          severity: 'warning',
          statement: index,
          offset,
          message: `ForAllValues holds for requests without ${key} too.`,
          instead: `"Null": {"${key}": "false"} beside it.`,
        },
      ]
    }
    return []
  })
}
