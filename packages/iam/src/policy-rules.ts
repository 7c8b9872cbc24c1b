import { splitTemplate } from './arn.ts'
import type { ConditionElement, PrincipalEntry, Statement } from './document.ts'
import type { TextElement } from './findings.ts'
import { readOperator } from './operator.ts'
import { kindRules, type PolicyKind } from './policy-kind.ts'
import { anyRun, isFixed, readTemplate, variablesOf } from './template.ts'

// What IAM asks of a policy when it is stored. Each answers the message for the first rule that is broken, in IAM's
// words where they are known.

/** What is wrong with one text of a policy of this kind. `variables`: whether its version knows them. */
export function faultOfText(
  element: TextElement,
  text: string,
  kind: PolicyKind,
  variables: boolean,
): string | undefined {
  if (hasForbiddenCharacter(text)) return `Syntax errors in policy: a character that no ${element} may hold.`
  switch (element) {
    case 'Id':
      return kindRules[kind].principal === 'required' ? undefined : 'Syntax errors in policy: unknown element Id.'
    case 'Sid':
      return faultOfSid(text, kind)
    case 'Action':
      return faultOfAction(text, kind)
    case 'Resource':
      return faultOfResource(text, variables)
    default:
      return faultOfPrincipal(element, text)
  }
}

function faultOfSid(text: string, kind: PolicyKind): string | undefined {
  // Services that keep their own policies (S3, KMS, SNS) take any text.
  if (kind === 'resource' || /^[A-Za-z0-9]*$/.test(text)) return undefined
  return (
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression ' +
    '[0-9A-Za-z]*'
  )
}

function faultOfAction(text: string, kind: PolicyKind): string | undefined {
  if (kind === 'trust' && !/^sts:/i.test(text)) return 'AssumeRole policy may only specify STS AssumeRole actions.'
  if (text === '*') return undefined
  if (!text.includes(':')) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
  const vendor = text.slice(0, text.indexOf(':'))
  if (!/^[A-Za-z0-9*?_-]+$/.test(vendor)) return `Vendor ${vendor} is not valid`
  const name = text.slice(vendor.length + 1)
  if (name.includes(':')) return 'Actions/Condition can contain only one colon.'
  if (!/^[A-Za-z0-9*?_-]+$/.test(name)) return `Syntax errors in policy: ${text} is no action.`
  return undefined
}

function faultOfResource(text: string, variables: boolean): string | undefined {
  if (text === '*') return undefined
  const template = readTemplate(text, { wildcards: true, variables })
  const segments = splitTemplate(template)
  const [first] = segments[0] ?? []
  // AWS's own policies say `arn:aws:rds:*`, so a star may stand for all the segments that follow.
  const last = segments.at(-1)
  const complete = segments.length === 6 || (segments.length > 3 && last?.length === 1 && last[0] === anyRun)
  if (!complete || (first !== 'arn' && typeof first === 'string')) {
    return `Resource ${text} must be in ARN format or "*".`
  }
  if (!segments.slice(0, 5).every(isFixed)) return `Resource ${text} has a variable before its fifth colon.`
  return variables ? faultOfVariables(text) : undefined
}

const principalForms: Readonly<Record<PrincipalEntry['type'], RegExp>> = {
  AWS: /^(?:\*|[0-9]{12}|A(?:IDA|ROA)[A-Z0-9]+|arn:[a-z-]+:(?:iam::[0-9]{12}:(?:root|(?:user|role)\/[^*?]+)|sts::[0-9]{12}:(?:assumed-role|federated-user)\/[^*?]+))$/,
  Service: /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/,
  Federated: /^(?:arn:[a-z-]+:iam::[0-9]{12}:(?:saml|oidc)-provider\/[^*?]+|[a-z0-9-]+(?:\.[a-z0-9-]+)+)$/,
  CanonicalUser: /^[0-9a-f]{64}$/,
}

function faultOfPrincipal(type: PrincipalEntry['type'], text: string): string | undefined {
  return principalForms[type].test(text) ? undefined : `Invalid principal in policy: "${type}":"${text}"`
}

/** What is wrong with one operator on one key. */
export function faultOfCondition({ operator, key, values }: ConditionElement, variables: boolean): string | undefined {
  const use = readOperator(operator)
  if (use === undefined) return `Syntax errors in policy: invalid condition operator ${operator}.`
  if (hasForbiddenCharacter(key) || !/^[^:\s]+:[^:]/.test(key)) {
    return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
  }
  for (const value of values) {
    if (hasForbiddenCharacter(value)) return 'Syntax errors in policy: a character that no condition may hold.'
    const wrong = use.operator === 'Null' ? faultOfNull(value) : faultOfValue(use.operator, value, variables)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function faultOfNull(value: string): string | undefined {
  return /^(?:true|false)$/i.test(value)
    ? undefined
    : `Syntax errors in policy: Null takes true or false, not ${value}.`
}

type KnownOperator = Exclude<NonNullable<ReturnType<typeof readOperator>>['operator'], 'Null'>

function faultOfValue({ name, form, accepts }: KnownOperator, value: string, variables: boolean): string | undefined {
  if (form.variables && variables) {
    if (!isFixed(readTemplate(value, form))) return faultOfVariables(value)
    if (value.includes('${')) return faultOfVariables(value)
  }
  return accepts(value) ? undefined : `Syntax errors in policy: ${value} is no value for ${name}.`
}

const variableForm = /^[^\s:${}'",]+:[^:${}'",][^${}'",]*$/

/** A `${` that is not closed, or a name that no condition key has. */
function faultOfVariables(text: string): string | undefined {
  const wrong = `Syntax errors in policy: bad variable in ${text}.`
  const template = readTemplate(text, { wildcards: false, variables: true })
  if (template.some((part) => typeof part === 'string' && part.includes('${'))) return wrong
  return variablesOf(template).every((key) => variableForm.test(key)) ? undefined : wrong
}

/** What is wrong with a statement as a whole. */
export function faultOfStatement({ principal, resource }: Statement, kind: PolicyKind): string | undefined {
  const rules = kindRules[kind]
  if (rules.principal === 'required' && principal === undefined) return 'Missing required field Principal'
  if (rules.principal === 'forbidden' && principal !== undefined)
    return 'Policy document should not specify a principal.'
  if (rules.resource === 'required' && resource === undefined) return 'Policy statement must contain resources.'
  if (rules.resource === 'forbidden' && resource !== undefined) return 'Has prohibited field Resource'
  return undefined
}

/** NUL and other control characters, and halves of surrogate pairs. */
function hasForbiddenCharacter(text: string): boolean {
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    if (code < 0x20 || code === 0x7f || (code >= 0xd800 && code <= 0xdfff)) return true
  }
  return false
}
