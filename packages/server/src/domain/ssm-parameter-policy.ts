import { ServiceError } from './error.ts'

const mostPolicies = 10
const hourMs = 3_600_000
const unitMs = { Hours: hourMs, Days: 24 * hourMs } as const
/** No date that a policy can mean is further away than this from another; about a century. */
const mostUnits = 1_000_000

const types = ['Expiration', 'ExpirationNotification', 'NoChangeNotification'] as const
export type ParameterPolicyType = (typeof types)[number]

/** One policy of a parameter: what is to be done, and when. */
export interface ParameterPolicy {
  readonly type: ParameterPolicyType
  /** The JSON of this one policy. */
  readonly text: string
  readonly dueAt: Date
  readonly isDone: boolean
}

interface ReadPolicy {
  readonly type: ParameterPolicyType
  readonly text: string
  readonly attributes: Readonly<Record<string, unknown>>
}

/**
 * The policies of a PutParameter request; none for `[]` and `[{}]`, which take them away.
 *
 * @param modifiedAt when the parameter is changed
 * @throws {ServiceError} InvalidPolicyTypeException, InvalidPolicyAttributeException, PoliciesLimitExceededException,
 *   IncompatiblePolicyException, ValidationException
 */
export function readPolicies(json: string, modifiedAt: Date): readonly ParameterPolicy[] {
  const list = parse(json)
  if (list.length > mostPolicies) {
    throw new ServiceError(
      'PoliciesLimitExceededException',
      `You specified ${list.length} policies. A parameter can have ${mostPolicies} at most.`,
    )
  }
  const policies = list.filter((one) => !isEmpty(one)).map(readPolicy)
  const expirations = policies.filter(({ type }) => type === 'Expiration')
  if (expirations.length > 1) {
    throw new ServiceError('IncompatiblePolicyException', 'A parameter can have one Expiration policy only.')
  }
  const [expiration] = expirations
  const expiresAt = expiration && readTimestamp(expiration.attributes)
  if (expiresAt !== undefined && expiresAt <= modifiedAt) throw wrongAttribute('Timestamp must be in the future')
  return policies.map(({ type, text, attributes }) => ({
    type,
    text,
    dueAt: dueAt(type, attributes, expiresAt, modifiedAt),
    isDone: false,
  }))
}

/** The policies that a parameter keeps when it is changed: whoever waits for no change waits anew. */
export function renewedPolicies(policies: readonly ParameterPolicy[], modifiedAt: Date): readonly ParameterPolicy[] {
  return policies.map((policy) => {
    if (policy.type !== 'NoChangeNotification') return policy
    const { attributes } = readPolicy(JSON.parse(policy.text))
    return { ...policy, dueAt: dueAt(policy.type, attributes, undefined, modifiedAt), isDone: false }
  })
}

/** When the next policy is to be applied. */
export function nextDue(policies: readonly ParameterPolicy[]): Date | undefined {
  const times = policies.filter(({ isDone }) => !isDone).map((policy) => policy.dueAt.getTime())
  return times.length === 0 ? undefined : new Date(Math.min(...times))
}

function parse(json: string): readonly unknown[] {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw new ServiceError('ValidationException', 'Policies must be a JSON array of policies.', { cause: error })
  }
  if (!Array.isArray(value)) throw new ServiceError('ValidationException', 'Policies must be a JSON array of policies.')
  return value
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readPolicy(value: unknown): ReadPolicy {
  const { Type, Version, Attributes } = isObject(value) ? value : {}
  const type = types.find((one) => one === Type)
  if (type === undefined) {
    throw new ServiceError('InvalidPolicyTypeException', `The policy type must be one of ${types.join(', ')}.`)
  }
  if (Version !== '1.0') throw wrongAttribute('Version must be "1.0"')
  if (!isObject(Attributes)) throw wrongAttribute('Attributes must be an object')
  return { type, text: JSON.stringify({ Type, Version, Attributes }), attributes: Attributes }
}

function dueAt(
  type: ParameterPolicyType,
  attributes: Readonly<Record<string, unknown>>,
  expiresAt: Date | undefined,
  modifiedAt: Date,
): Date {
  switch (type) {
    case 'Expiration':
      return expiresAt ?? readTimestamp(attributes)
    case 'ExpirationNotification': {
      if (expiresAt === undefined) {
        throw new ServiceError(
          'IncompatiblePolicyException',
          'An ExpirationNotification policy needs an Expiration policy beside it.',
        )
      }
      return new Date(expiresAt.getTime() - readSpan(attributes, 'Before'))
    }
    case 'NoChangeNotification':
      return new Date(modifiedAt.getTime() + readSpan(attributes, 'After'))
  }
}

/** ISO_INSTANT or ISO_OFFSET_DATE_TIME (user guide, "Assigning parameter policies"). */
function readTimestamp({ Timestamp: text }: Readonly<Record<string, unknown>>): Date {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d(?::\d\d)?)$/
  if (typeof text !== 'string' || !form.test(text))
    throw wrongAttribute('Timestamp must be a date, a time and an offset')
  const time = Date.parse(text.replace(/([+-]\d\d:\d\d):\d\d$/, '$1').replace(/(\.\d{3})\d+/, '$1'))
  if (Number.isNaN(time)) throw wrongAttribute('Timestamp is no date')
  return new Date(time)
}

/** Numbers are written as text in AWS's examples, and taken without the quotes too. */
function readSpan(attributes: Readonly<Record<string, unknown>>, name: 'Before' | 'After'): number {
  const count = Number(/^[0-9]{1,7}$/.exec(String(attributes[name]))?.[0] ?? Number.NaN)
  if (!(count >= 1 && count <= mostUnits)) throw wrongAttribute(`${name} must be a whole number from 1 to ${mostUnits}`)
  const unit = attributes['Unit']
  if (unit !== 'Days' && unit !== 'Hours') throw wrongAttribute('Unit must be Days or Hours')
  return count * unitMs[unit]
}

function wrongAttribute(what: string): ServiceError {
  return new ServiceError('InvalidPolicyAttributeException', `A policy attribute or its value is invalid: ${what}.`)
}
