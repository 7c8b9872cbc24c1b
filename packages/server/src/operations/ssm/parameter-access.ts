import { parameterArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Parameter } from '../../domain/ssm-parameter.ts'
import { type ParameterReference, placeOfName, readReference } from '../../domain/ssm-parameter-name.ts'
import type { AccessCheck, Context } from '../operation.ts'

/** The check on a parameter that is named to be changed: by its name alone. */
export function nameCheck(name: string, scope: Scope): AccessCheck {
  const trimmed = name.trim()
  return { resource: parameterArn(scope, trimmed), tagsOf: { type: 'Parameter', id: placeOfName(trimmed) } }
}

/** The check on a parameter that is named to be read: by name or ARN, with or without a selector. */
export function referenceCheck(text: string, scope: Scope): AccessCheck {
  const { arn, place, isOurs } = readReference(text, scope)
  return isOurs ? { resource: arn, tagsOf: { type: 'Parameter', id: place } } : { resource: arn }
}

/** The latest version of the parameter of this very name. */
export async function findNamed({ store }: Pick<Context, 'store'>, text: string): Promise<Parameter | undefined> {
  const name = text.trim()
  const parameter = await store.parameters.findParameter(placeOfName(name))
  return parameter?.name === name ? parameter : undefined
}

/** @throws {ServiceError} ParameterNotFound */
export async function requireNamed(context: Pick<Context, 'store'>, name: string): Promise<Parameter> {
  const parameter = await findNamed(context, name)
  if (parameter === undefined) throw parameterNotFound(name)
  return parameter
}

/** What a request to read has found. `selector` is what chose the version, if anything did. */
export interface FoundParameter {
  readonly parameter: Parameter
  readonly selector: string | undefined
}

/**
 * The version of the parameter that is meant: the latest, unless a selector chooses another.
 *
 * @throws {ServiceError} ParameterNotFound, ParameterVersionNotFound
 */
export async function requireReferenced(context: Context, text: string): Promise<FoundParameter> {
  const { parameters } = context.store
  const reference = readReference(text, context.scope)
  const { place, selector } = reference
  const latest = reference.isOurs ? await parameters.findParameter(place) : undefined
  if (latest === undefined || !isMeant(latest, reference)) throw parameterNotFound(text)
  if (selector === undefined) return { parameter: latest, selector }
  const version = /^[0-9]{1,15}$/.test(selector) ? Number(selector) : undefined
  const parameter =
    version === undefined
      ? await parameters.findLabelled(place, selector)
      : await parameters.findVersion(place, version)
  if (parameter === undefined) throw versionNotFound(latest.name, selector)
  return { parameter, selector }
}

function isMeant(parameter: Parameter, { name }: ParameterReference): boolean {
  return name === undefined || parameter.name === name
}

export function parameterNotFound(name: string): ServiceError {
  return new ServiceError('ParameterNotFound', `Parameter ${name.trim()} not found.`)
}

export function versionNotFound(name: string, version: string | number): ServiceError {
  return new ServiceError(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  )
}
