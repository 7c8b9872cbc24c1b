import { parameterArn } from './arn.ts'
import { ServiceError } from './error.ts'
import type { Scope } from './scope.ts'

/** With what precedes the name in the ARN (PutParameter reference). */
const longestArn = 1011
const mostLevels = 15

/** How a request names a parameter that is there. */
export interface ParameterReference {
  /** What stands in the ARN and in the store: the name without its leading slash. */
  readonly place: string
  /** The name that the parameter must have; undefined when an ARN named it, which does not tell of the slash. */
  readonly name: string | undefined
  /** A version or a label. */
  readonly selector: string | undefined
  readonly arn: string
  readonly isOurs: boolean
}

/** The part of a name that its ARN shows; `/a` and `a` have the same. */
export function placeOfName(name: string): string {
  return name.replace(/^\//, '')
}

/** What holds a parameter directly: `a/b` for `/a/b/c`, an empty text for what is in no hierarchy. */
export function parentOf(place: string): string {
  const end = place.lastIndexOf('/')
  return end === -1 ? '' : place.slice(0, end)
}

/** Reads NAME, NAME:VERSION, NAME:LABEL or the same with an ARN for the name. Spaces around it do not count. */
export function readReference(text: string, scope: Scope): ParameterReference {
  const [, prefix, rest = ''] =
    /^\s*(arn:aws:ssm:[a-z0-9-]{1,64}:[0-9]{12}:parameter\/)([^\s]{1,2048})\s*$/.exec(text) ?? []
  const whole = prefix === undefined ? text.trim() : rest
  const colon = whole.indexOf(':')
  const name = colon === -1 ? whole : whole.slice(0, colon)
  const selector = colon === -1 ? undefined : whole.slice(colon + 1)
  if (prefix === undefined) {
    return { place: placeOfName(name), name, selector, arn: parameterArn(scope, name), isOurs: true }
  }
  return { place: name, name: undefined, selector, arn: `${prefix}${name}`, isOurs: prefix === parameterArn(scope, '') }
}

/**
 * The name of a parameter that is to be made or changed.
 *
 * @throws {ServiceError} ValidationException, AccessDeniedException, HierarchyLevelLimitExceededException
 */
export function newParameterName(text: string, scope: Scope): string {
  const name = text.trim()
  const place = placeOfName(name)
  requireUnreserved(name, place)
  if (name.includes('/') && !name.startsWith('/')) {
    throw new ServiceError('ValidationException', 'Parameter name must be a fully qualified name.')
  }
  const levels = place.split('/')
  if (levels.some((level) => !/^[A-Za-z0-9_.-]+$/.test(level))) {
    throw new ServiceError(
      'ValidationException',
      'Parameter name: only a mix of letters, numbers and the following 3 symbols .-_ is allowed. If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    )
  }
  if (levels.length > mostLevels) {
    throw new ServiceError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${mostLevels} levels; ${name} has ${levels.length}.`,
    )
  }
  const length = parameterArn(scope, name).length
  if (length > longestArn) {
    throw new ServiceError(
      'ValidationException',
      `Parameter name: its ARN may have ${longestArn} characters at most, and has ${length}.`,
    )
  }
  return name
}

/** AWS says each of these in its own words (observed: what users of Terraform and of emulators report). */
function requireUnreserved(name: string, place: string): void {
  const isPath = place.includes('/')
  if (isPath && /^aws/i.test(place)) {
    throw new ServiceError('AccessDeniedException', `No access to reserved parameter name: ${name}.`)
  }
  if (/^(aws|ssm)/i.test(place)) {
    throw new ServiceError(
      'ValidationException',
      isPath
        ? 'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_'
        : 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    )
  }
}

/**
 * The path of a hierarchy without slashes around it; empty for all of them.
 *
 * @throws {ServiceError} ValidationException
 */
export function readPath(text: string): string {
  const path = text.trim()
  if (!/^\/(?:[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*\/?)?$/.test(path) || path.split('/').length > mostLevels + 2) {
    throw new ServiceError(
      'ValidationException',
      `The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can't be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.`,
    )
  }
  return path.replace(/^\/|\/$/g, '')
}
