import type { RawFinding } from './finding.ts'
import { arnsMeet, segmentsOf } from './globs.ts'
import { actionsCoveredBy, knownService, patternCovers } from './known-actions.ts'
import type { LintedPolicy, LintedStatement, PlacedText } from './linted-policy.ts'

const documentOfAws = /^document\/(?:AWS|Amazon)[-_A-Z]/

/** Statements, or parts of them, that no request can meet. */
export function unreachable({ statements }: LintedPolicy): readonly RawFinding[] {
  return statements.flatMap((statement) => [
    ...resourcesOfOthers(statement),
    ...statement.resources.flatMap((resource) => documentAccount(resource, statement)),
    ...statement.resources.flatMap((resource) => placeholder(resource, statement)),
  ])
}

/** Actions none of whose resources is named, or that know no resources at all. */
function resourcesOfOthers(statement: LintedStatement): readonly RawFinding[] {
  const { resources, actions, index, isAllow } = statement
  if (resources.length === 0 || resources.some(({ text }) => text === '*')) return []
  const verb = isAllow ? 'allowed' : 'denied'
  return actions.flatMap(({ text, offset }): RawFinding[] => {
    const service = knownService(text)
    // Listings of IAM are decided on a path, of which the reference does not tell.
    if (service === undefined || service === 'iam') return []
    const one = { covers: (name: string) => statement.covers(name) && patternCovers(text, name) }
    const covered = actionsCoveredBy(one)
    if (covered.length === 0) return []
    const meeting = covered.filter(({ arns }) =>
      arns.length === 0
        ? resources.some(isAccountWide)
        : resources.some((one) => arns.some((arn) => arnsMeet(one.text, arn))),
    )
    if (meeting.length > 0) return []
    const arns = [...new Set(covered.flatMap((action) => action.arns))]
    return [
      arns.length === 0
        ? {
            code: 'resource-not-supported',
            severity: 'error',
            statement: index,
            offset,
            message: `${text} knows no single resources, so on these it is never ${verb}.`,
            instead: `A statement of its own for ${text} with "Resource": "*".`,
          }
        : {
            code: 'wrong-resource',
            severity: 'error',
            statement: index,
            offset,
            message: `None of these resources is one that ${text} is about, so it is never ${verb}.`,
            instead: `One of ${arns.slice(0, 4).join(', ')}.`,
          },
    ]
  })
}

/** Systems Manager asks for the whole account where an action has no resources. */
function isAccountWide({ text }: PlacedText): boolean {
  return segmentsOf(text)[5] === '*'
}

/** What AWS owns has no account, and what one made oneself has. */
function documentAccount({ text, offset }: PlacedText, { index }: LintedStatement): readonly RawFinding[] {
  const [, , service = '', region, account = '', resource = ''] = segmentsOf(text)
  if (service !== 'ssm' || !resource.startsWith('document/')) return []
  if (documentOfAws.test(resource) && /^\d+$/.test(account)) {
    return [
      {
        code: 'aws-owned-document-account',
        severity: 'error',
        statement: index,
        offset,
        message: 'This document is owned by AWS, whose documents have an empty account field: it never matches.',
        instead: `arn:aws:ssm:${region}::${resource}`,
      },
    ]
  }
  const isOwn = /^document\/[A-Za-z0-9]/.test(resource) && !/^document\/(?:A(?:$|[*?])|AW|Am)/.test(resource)
  if (account !== '' || !isOwn) return []
  return [
    {
      code: 'own-document-account',
      severity: 'error',
      statement: index,
      offset,
      message: 'Only documents of AWS have an empty account field, and this name is none of theirs: it never matches.',
      instead: `arn:aws:ssm:${region}:123456789012:${resource}, with your account`,
    },
  ]
}

const regionForm = /^$|[*?]|^[a-z]{2}(?:-[a-z]+)+-\d$/
const accountForm = /^$|[*?]|^\d{12}$|^aws$|^cloudfront$/
const placeholderName =
  /<[^>]*>|\b(?:my-bucket(?:-name)?|(?:doc-)?example-bucket|account-id|instance-id|bucket-name|your-[a-z-]+)\b|(?:^|[-/])region(?:[-/]|$)/i

function placeholder({ text, offset }: PlacedText, { index }: LintedStatement): readonly RawFinding[] {
  if (text === '*' || !text.startsWith('arn:')) return []
  const [, , , region = '', account = '', resource = ''] = segmentsOf(text)
  const named = [
    ...(regionForm.test(region) ? [] : [region]),
    ...(accountForm.test(account) ? [] : [account]),
    ...(placeholderName.exec(resource) ?? []).slice(0, 1).map((found) => found.replace(/^[-/]|[-/]$/g, '')),
  ]
  if (named.length === 0) return []
  return [
    {
      code: 'placeholder',
      severity: 'error',
      statement: index,
      offset,
      message: `${named.join(' and ')} ${named.length === 1 ? 'stands' : 'stand'} for something that was not filled in: no resource is called so.`,
      instead: 'The region, account or name that is meant.',
    },
  ]
}
