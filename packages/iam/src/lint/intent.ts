import type { RawFinding } from './finding.ts'
import { arnsMeet, segmentsOf } from './globs.ts'
import { demandsKey } from './known-names.ts'
import type { LintedPolicy, LintedStatement, PlacedCondition } from './linted-policy.ts'

const documents = 'arn:aws:ssm:*:*:document/*'
const ec2Nodes = 'arn:aws:ec2:*:*:instance/*'
const ssmNodes = 'arn:aws:ssm:*:*:managed-instance/*'
const onNodes = ['ssm:SendCommand', 'ssm:StartSession', 'ssm:GetConnectionStatus']
const accessCheck = 'ssm:sessiondocumentaccesscheck'

/** Policies that do more, or less, than who wrote them thought: the faults of AWS's own samples among them. */
export function intent(policy: LintedPolicy): readonly RawFinding[] {
  return [
    ...undone(policy),
    ...documentNotChecked(policy),
    ...untaggedDocument(policy),
    ...ec2Only(policy),
    ...widePrefix(policy),
    ...ofAgents(policy),
  ]
}

/** A statement on everything makes another that is narrower pointless. */
function undone({ statements }: LintedPolicy): readonly RawFinding[] {
  const allows = statements.filter(({ isAllow }) => isAllow)
  return allows.filter(isOpen).flatMap((open) =>
    allows
      .filter((narrow) => narrow !== open && !isOpen(narrow))
      .flatMap((narrow) =>
        narrow.actions
          .filter(({ text }) => !/[*?]/.test(text) && open.covers(text))
          .map(({ text }): RawFinding => {
            const place = open.actions.find((action) => action.text.toLowerCase() === text.toLowerCase())
            return {
              code: 'undone-restriction',
              severity: 'error',
              statement: open.index,
              offset: place?.offset ?? open.offset,
              message: `${text} is allowed on everything here, so statement ${nameOf(narrow)} restricts nothing.`,
              instead: `Take ${text} out of this statement.`,
            }
          }),
      ),
  )
}

/** Which document a session uses is only checked when the policy says so. */
function documentNotChecked({ statements }: LintedPolicy): readonly RawFinding[] {
  return statements.flatMap((statement): RawFinding[] => {
    const { isAllow, resources, conditions, index } = statement
    if (!isAllow || !statement.covers('ssm:StartSession')) return []
    if (conditions.some(({ key }) => key.toLowerCase() === accessCheck)) return []
    const named = resources.filter(({ text }) => /^document\/.*[^*]/.test(segmentsOf(text)[5] ?? ''))
    const hasNodes = resources.some(
      ({ text }) => text !== '*' && (arnsMeet(text, ec2Nodes) || arnsMeet(text, ssmNodes)),
    )
    const [document] = named
    if (document === undefined || !hasNodes) return []
    return [
      {
        code: 'session-document-not-checked',
        severity: 'warning',
        statement: index,
        offset: document.offset,
        message:
          'Without a Condition the document is not checked when none is named: sessions start with the default one all the same.',
        instead:
          '"Condition": {"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}} in every statement that allows ssm:StartSession.',
      },
    ]
  })
}

/** A condition on tags is asked of the document too. */
function untaggedDocument({ statements }: LintedPolicy): readonly RawFinding[] {
  const sending = statements.filter((one) => one.isAllow && one.covers('ssm:SendCommand') && reaches(one, documents))
  const free = sending.filter((one) => tagCondition(one) === undefined)
  if (
    free.some(({ resources }) => resources.some(({ text }) => text === '*' || segmentsOf(text)[5] === 'document/*'))
  ) {
    return []
  }
  return sending.flatMap((statement): RawFinding[] => {
    const condition = tagCondition(statement)
    if (condition === undefined) return []
    const others = free.map(nameOf).join(' and ')
    return [
      {
        code: 'untagged-document',
        severity: free.length === 0 ? 'error' : 'warning',
        statement: statement.index,
        offset: condition.offset,
        message:
          free.length === 0
            ? `The document of a command has to have ${condition.key} too, and documents of AWS cannot be tagged: no such command is allowed.`
            : `The document of a command has to have ${condition.key} too, unless it is one of statement ${others}.`,
        instead: `The condition on nodes only (${ec2Nodes}, ${ssmNodes}), and a statement without it on ${documents}.`,
      },
    ]
  })
}

/** Machines outside EC2 have ARNs of Systems Manager. */
function ec2Only({ statements }: LintedPolicy): readonly RawFinding[] {
  return statements.flatMap((statement) =>
    statement.resources
      .filter(({ text }) => statement.isAllow && text !== '*' && /^instance\/.*\*/.test(segmentsOf(text)[5] ?? ''))
      .flatMap(({ text, offset }): RawFinding[] => {
        const action = onNodes.find((one) => statement.covers(one))
        if (action === undefined || !arnsMeet(text, ec2Nodes)) return []
        if (statements.some((one) => one.isAllow && one.covers(action) && reaches(one, ssmNodes))) return []
        return [
          {
            code: 'ec2-only-nodes',
            severity: 'warning',
            statement: statement.index,
            offset,
            message: 'Only nodes whose ids begin with i- have this ARN: those that were activated, mi-…, are left out.',
            instead: `Both: "${text}" and "${ssmNodes}".`,
          },
        ]
      }),
  )
}

/** Session ids are NAME-<17 hexadecimal digits>, and names may have hyphens. */
function widePrefix({ statements }: LintedPolicy): readonly RawFinding[] {
  return statements.flatMap((statement) =>
    statement.resources.flatMap(({ text, offset }): RawFinding[] => {
      const [, name = ''] = /:session\/(.+)-\*$/.exec(text) ?? []
      if (!statement.isAllow || name === '' || name.includes('*') || /\$\{aws:userid\}/i.test(name)) return []
      const shown = /^\$\{aws:username\}$/i.test(name) ? 'alice' : name
      return [
        {
          code: 'wide-session-prefix',
          severity: 'warning',
          statement: statement.index,
          offset,
          message: `${shown}-* is also every session of ${shown}-admin and of whoever else is called so.`,
          instead: text.replace(/\*$/, '?'.repeat(17)),
        },
      ]
    }),
  )
}

const agentActions = new Set(['ssm:updateinstanceinformation', 'ssm:updateinstanceassociationstatus'])

/** What only a node can call means nothing to a person. */
function ofAgents({ statements }: LintedPolicy): readonly RawFinding[] {
  const isForPeople = statements.some((one) => one.isAllow && onNodes.some((action) => one.covers(action)))
  if (!isForPeople) return []
  return statements.flatMap(({ isAllow, actions, index }) =>
    actions
      .filter(({ text }) => isAllow && agentActions.has(text.toLowerCase()))
      .map(
        ({ text, offset }): RawFinding => ({
          code: 'agent-action',
          severity: 'note',
          statement: index,
          offset,
          message: `${text} is called by nodes, for themselves only: people need it for nothing.`,
          instead: `Leave ${text} out.`,
        }),
      ),
  )
}

/** Whether it allows on everything, whatever the request. */
export function isOpen({ conditions, resources }: LintedStatement): boolean {
  return conditions.length === 0 && resources.some(({ text }) => text === '*')
}

function reaches({ resources }: LintedStatement, arn: string): boolean {
  return resources.some(({ text }) => arnsMeet(text, arn))
}

function tagCondition({ conditions }: LintedStatement): PlacedCondition | undefined {
  return conditions.find(({ key, operator }) => /^(?:ssm|aws):resourcetag\//i.test(key) && demandsKey(operator))
}

/** As people count them. */
function nameOf({ index, sid }: LintedStatement): string {
  return sid === undefined ? String(index + 1) : `${index + 1} (${sid})`
}
