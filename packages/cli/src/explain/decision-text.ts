import type { ExplainedDecision, ExplainedStatement, Mismatch } from '@fairlead/wire/model/generated/fairlead'
import type { Paint } from '../terminal/paint.ts'

const nouns: Readonly<Record<string, string>> = {
  identity: 'identity-based policy',
  resource: 'policy of the resource',
  boundary: 'permissions boundary',
  session: 'session policy',
  scp: 'service control policy',
  rcp: 'resource control policy',
}

/** One decision as a person would say it. */
export function decisionText(decision: ExplainedDecision, callerArn: string, paint: Paint): string {
  const { Action = '', Resource = '', Effect, DeniedBy = 'identity', Statements = [] } = decision
  const on = Resource === '*' ? '' : ` on ${Resource}`
  const noun = nouns[DeniedBy] ?? DeniedBy
  const lines = Statements.flatMap((statement) => statementLines(statement))
  if (Effect === 'Allowed') {
    const why = Statements.length === 0 ? [`  ${reasonWithoutStatement(callerArn)}`] : lines
    return [`${paint('green', 'Allowed:')} ${Action}${on}`, ...why].join('\n')
  }
  const head = `${paint('red', 'Denied:')} ${Action}${on}`
  if (Effect === 'ExplicitlyDenied') return [head, ...lines].join('\n')
  const none = Statements.length === 0 ? `  There is no ${noun} for it.` : `  No ${noun} allows it. What came nearest:`
  return [head, none, ...lines].join('\n')
}

function reasonWithoutStatement(callerArn: string): string {
  return /:root$/.test(callerArn) ? 'The root of the account may do everything.' : 'No policy has a say in it.'
}

function statementLines({
  PolicyName,
  PolicyArn,
  PolicyType = '',
  Index = 0,
  Sid,
  Did,
  Mismatches = [],
}: ExplainedStatement) {
  const name = PolicyArn ?? PolicyName ?? ''
  const statement = `statement ${Index + 1}${Sid === undefined ? '' : ` (${Sid})`} of ${name}`
  const kind = PolicyType === 'identity' ? '' : `, the ${nouns[PolicyType] ?? PolicyType}`
  if (Did === 'allowed') return [`  Allowed by ${statement}${kind}`]
  if (Did === 'denied') return [`  Denied by ${statement}${kind}`]
  return [`  - ${statement}${kind}`, ...Mismatches.map((mismatch) => `      ${mismatchText(mismatch)}`)]
}

/** What a statement wanted and what the request had. */
export function mismatchText({ Element = '', Operator = '', Key = '', Wanted = [], Got }: Mismatch): string {
  const wanted = listed(Wanted)
  if (Element === 'Condition') {
    const condition = `${Operator} ${Key}: ${wanted}`
    return Got === undefined ? `${condition}, but the request has no ${Key}` : `${condition}, but it is ${listed(Got)}`
  }
  if (Element === 'Statement') return `it is not understood: ${wanted}`
  return `${Element}: ${wanted === '' ? 'none' : wanted}, but it is ${listed(Got ?? [])}`
}

const mostListed = 4

function listed(values: readonly string[]): string {
  const more = values.length - mostListed
  const shown = values.slice(0, mostListed).map((value) => (value === '' ? '""' : value))
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
