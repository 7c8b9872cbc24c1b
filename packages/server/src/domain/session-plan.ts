import { ServiceError } from './error.ts'
import { fillPlaceholders } from './fill-placeholders.ts'
import { type GivenParameters, typeParameters } from './parameters.ts'
import type { SessionType } from './session.ts'
import type { SessionInputs, SessionProperties } from './session-document.ts'
import { readSessionContent, readSessionParts } from './session-document-content.ts'

/** A document of type Session as it was found: `value` is what `parseDocument` answered. */
export interface FoundSessionDocument {
  readonly name: string
  readonly value: unknown
}

/** What a document makes of a session once its parameters are in. */
export interface ResolvedSession {
  readonly description: string
  readonly sessionType: SessionType
  readonly properties: SessionProperties
  /** Absent when the document has no preferences of its own. */
  readonly inputs: SessionInputs | undefined
}

/**
 * Checks what was given against what the document declares, puts it in, and reads the outcome again: a
 * value may be right for its parameter and wrong in its place.
 *
 * @throws {ServiceError} InvalidParameters, saying which parameter, or where in the document, and why
 */
export function resolveSession({ name, value }: FoundSessionDocument, given: GivenParameters): ResolvedSession {
  const { description, sessionType, parameters } = readSessionContent(value)
  const typed = typeParameters({ name, content: { parameters } }, given)
  const { properties, inputs } = value as Readonly<Record<string, unknown>>
  const filled = fillPlaceholders({ properties, inputs }, typed)
  refuseStoredParameters(JSON.stringify(filled))
  const parts = readFilled(name, filled, sessionType)
  return { description, sessionType, properties: parts.properties ?? {}, inputs: parts.inputs }
}

function readFilled(name: string, filled: unknown, sessionType: SessionType) {
  try {
    return readSessionParts(filled, sessionType, false)
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause
    throw new ServiceError(
      'InvalidParameters',
      `With these parameters, document ${name} is not valid. ${cause.message}`,
      {
        cause,
      },
    )
  }
}

/** Nodes would ask the Parameter Store for them, be refused, and begin no session without a word. */
function refuseStoredParameters(text: string): void {
  if (/\{\{\s*ssm(?:-secure)?:/.test(text)) {
    throw new ServiceError('InvalidParameters', 'References such as {{ssm:name}} are not supported by this server yet.')
  }
}
