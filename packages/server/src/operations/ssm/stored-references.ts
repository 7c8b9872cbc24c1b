import type { Document } from '../../domain/document.ts'
import { type StoredValue, StoredValues, storedNamesIn } from '../../domain/document-references.ts'
import { ServiceError } from '../../domain/error.ts'
import type { GivenParameters, ParameterTests } from '../../domain/parameters.ts'
import type { Context } from '../operation.ts'
import { referenceCheck, requireReferenced } from './parameter-access.ts'

/** Nodes ask for ten at a time. */
const mostReferences = 100

/**
 * Looks up what a command names of Parameter Store, as `{{ssm:name}}`, in what was given, in defaults and in the
 * document itself. The nodes replace it, with their own permissions; who sends the command must be allowed to read it,
 * too (user guide, "Working with parameters in Run Command commands").
 *
 * @returns what parameters are judged by once the values are put in
 * @throws {ServiceError} InvalidParameters for what is not there or is a SecureString; the caller's AccessDenied
 */
export async function openReferences(
  { content }: Document,
  given: GivenParameters,
  context: Context,
): Promise<ParameterTests> {
  const { parameters, mainSteps, runtimeConfig } = content
  const defaults = Object.entries(parameters).flatMap(([name, declared]) =>
    Object.hasOwn(given, name) ? [] : [declared.default],
  )
  const names = storedNamesIn([Object.values(given), defaults, mainSteps, runtimeConfig])
  if (names.length === 0) return {}
  if (names.length > mostReferences) {
    throw invalid(`A command can name ${mostReferences} parameters of Parameter Store at most.`)
  }
  await context.require(names.map((name) => ({ ...referenceCheck(name, context.scope), action: 'ssm:GetParameters' })))
  const values = new Map<string, StoredValue>()
  for (const name of names) values.set(name, await valueNamed(name, context))
  const stored = new StoredValues(values)
  return { opened: (text, isItem) => (isItem ? stored.inItem(text) : [stored.inText(text)]) }
}

async function valueNamed(name: string, context: Context): Promise<StoredValue> {
  const { parameter } = await requireReferenced(context, name).catch((cause: unknown) => {
    if (cause instanceof ServiceError) throw invalid(cause.message, cause)
    throw cause
  })
  if (parameter.type !== 'SecureString') return { isList: parameter.type === 'StringList', value: parameter.value }
  // As agents say it.
  throw invalid(`Parameters [${parameter.name}] of type SecureString are not supported.`)
}

function invalid(message: string, cause?: unknown): ServiceError {
  return new ServiceError('InvalidParameters', message, { cause })
}
