import { servicePrefixes } from '../reference/action-names.ts'
import { authorizationTable } from '../reference/authorization-table.ts'
import type { RawFinding } from './finding.ts'
import { globsMeet } from './globs.ts'
import { actionsCoveredBy, keyPattern, namedService, patternCovers } from './known-actions.ts'
import type { LintedPolicy, LintedStatement, PlacedCondition, PlacedText } from './linted-policy.ts'

// IAM user guide, "AWS global condition context keys".
const globalKeys = [
  ...[
    'assumedroot',
    'calledvia',
    'calledviaawsmcp',
    'calledviafirst',
    'calledvialast',
    'chatbotsourcearn',
    'currenttime',
  ],
  ...['ec2instancesourceprivateipv4', 'ec2instancesourcevpc', 'epochtime', 'federatedprovider', 'ismcpserviceaction'],
  ...[
    'multifactorauthage',
    'multifactorauthpresent',
    'principalaccount',
    'principalarn',
    'principalisawsservice',
    'principalorgid',
  ],
  ...['principalorgpaths', 'principalservicename', 'principalservicenameslist', 'principaltag/*', 'principaltype'],
  ...['referer', 'requestedregion', 'requesttag/*', 'resourceaccount', 'resourceorgid', 'resourceorgpaths'],
  ...['resourcetag/*', 'securetransport', 'signinsessionarn', 'sourceaccount', 'sourcearn', 'sourceidentity'],
  ...['sourceip', 'sourceorgid', 'sourceorgpaths', 'sourceowner', 'sourcevpc', 'sourcevpcarn', 'sourcevpce'],
  ...[
    'tagkeys',
    'tokenissuetime',
    'useragent',
    'userid',
    'username',
    'viaawsmcpservice',
    'viaawsservice',
    'vpceaccount',
    'vpceorgid',
  ],
  ...['vpceorgpaths', 'vpcsourceip'],
].map((key) => `aws:${key}`)

const everyKey = [...authorizationTable.values()].flatMap(({ conditionKeys, resourceTypes, actions }) => [
  ...Object.keys(conditionKeys),
  ...Object.values(resourceTypes).flatMap(({ keys = [] }) => keys),
  ...Object.values(actions).flatMap(({ keys = [] }) => keys),
])
const knownKeys = [...new Set([...globalKeys, ...everyKey.map(keyPattern)])]

/** Actions and condition keys that AWS does not know, and keys that an action never has. */
export function unknownNames({ statements }: LintedPolicy): readonly RawFinding[] {
  return statements.flatMap((statement) => [
    ...statement.actions.flatMap((action) => unknownAction(action, statement)),
    ...statement.conditions.flatMap((condition) => unknownKey(condition, statement)),
    ...statement.conditions.flatMap((condition) => keysOfOthers(condition, statement)),
  ])
}

function unknownAction({ text, offset }: PlacedText, { index, isAllow }: LintedStatement): readonly RawFinding[] {
  const named = namedService(text)
  if (named === undefined) return []
  const { service, isServed, actions } = named
  if (actions?.some((name) => patternCovers(text, name)) === true) return []
  const place = { statement: index, offset }
  const nothing = `this ${isAllow ? 'allows' : 'denies'} nothing.`
  if (actions === undefined) {
    const near = nearest(service, servicePrefixes, Math.min(3, Math.floor(service.length / 3)))
    return [
      {
        ...place,
        code: 'unknown-service',
        severity: 'warning',
        message: `AWS has no service ${service}, or no longer, as far as is known here: ${nothing}`,
        instead: near ?? 'The prefix of a service of the service authorization reference.',
      },
    ]
  }
  return [
    {
      ...place,
      code: 'unknown-action',
      // Services that are not served here may have got new actions since.
      severity: isServed ? 'error' : 'warning',
      message: `${service} has no action ${text}${isServed ? '' : ' as far as is known here'}: ${nothing}`,
      instead: nearest(text, actions) ?? `An action of the service authorization reference of ${service}.`,
    },
  ]
}

function unknownKey({ key, offset }: PlacedCondition, { index }: LintedStatement): readonly RawFinding[] {
  const prefix = key.split(':', 1)[0]?.toLowerCase() ?? ''
  if (prefix !== 'aws' && !authorizationTable.has(prefix)) return []
  const name = key.toLowerCase()
  if (knownKeys.some((pattern) => globsMeet(name, pattern))) return []
  const near = nearest(
    key,
    everyKey.concat(globalKeys).filter((one) => !one.includes('$')),
  )
  return [
    {
      code: 'unknown-key',
      severity: 'error',
      statement: index,
      offset,
      message: `No request has the condition key ${key}.`,
      instead: near === undefined ? `A key of the service authorization reference of ${prefix}.` : near,
    },
  ]
}

/** An action that never has a key is never allowed under a condition on it. */
function keysOfOthers(condition: PlacedCondition, statement: LintedStatement): readonly RawFinding[] {
  const { operator, key, offset } = condition
  const name = key.toLowerCase()
  const isOfRequest = name.startsWith('aws:') && !/^aws:(?:resourcetag|requesttag)\/|^aws:tagkeys$/.test(name)
  if (!statement.isAllow || isOfRequest || !demandsKey(operator)) return []
  if (!knownKeys.some((pattern) => globsMeet(name, pattern))) return []
  const named = new Set(statement.actions.map(({ text }) => text.toLowerCase()))
  const without = actionsCoveredBy(statement)
    .filter((action) => named.has(action.name.toLowerCase()))
    .filter(({ keys }) => !keys.some((pattern) => globsMeet(name, pattern)))
  if (without.length === 0) return []
  const names = without.map((action) => action.name).join(', ')
  return [
    {
      code: 'key-not-for-action',
      severity: 'error',
      statement: statement.index,
      offset,
      message: `Requests for ${names} never have ${key}, so this condition never lets them through.`,
      instead: `A statement of its own for ${names}, without this condition.`,
    },
  ]
}

/** Whether an operator fails for a request without the key. */
export function demandsKey(operator: string): boolean {
  return !/ifexists$|^null$|not(?:equals|like|ipaddress)|^forallvalues:/i.test(operator)
}

/** The most similar of some names, if it is similar enough for a slip of the pen: so many letters at most. */
function nearest(text: string, names: readonly string[], most = 3): string | undefined {
  const wanted = text.toLowerCase()
  let best: { name: string; distance: number } | undefined
  for (const name of names) {
    if (Math.abs(name.length - text.length) > most) continue
    const distance = distanceOf(wanted, name.toLowerCase())
    if (distance <= most && (best === undefined || distance < best.distance)) best = { name, distance }
  }
  return best?.name
}

function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
