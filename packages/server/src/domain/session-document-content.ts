import { ContentReader } from './content-reader.ts'
import { ServiceError } from './error.ts'
import type { SessionType } from './session.ts'
import type { SessionContent } from './session-document.ts'
import { readSessionInputs } from './session-document-inputs.ts'
import { readSessionParameters } from './session-document-parameters.ts'
import { readSessionProperties } from './session-document-properties.ts'

const sessionTypes: readonly SessionType[] = [
  'Standard_Stream',
  'InteractiveCommands',
  'NonInteractiveCommands',
  'Port',
]

/**
 * Reads a document of type Session, whose parameters are not filled in yet.
 *
 * @param value what `parseDocument` answered
 * @throws {ServiceError} InvalidDocumentContent, saying where; InvalidDocumentSchemaVersion
 */
export function readSessionContent(value: unknown): SessionContent {
  const reader = new ContentReader(value, '', true)
  reader.refuseOthers(['schemaVersion', 'description', 'sessionType', 'parameters', 'properties', 'inputs'])
  const version = reader.value('schemaVersion')
  if (typeof version !== 'string') throw reader.fault('schemaVersion', 'is required, as text: "1.0"')
  if (version !== '1.0') {
    throw new ServiceError(
      'InvalidDocumentSchemaVersion',
      `The schema version ${version.slice(0, 20)} is not supported: documents of type Session have version 1.0.`,
    )
  }
  const description = reader.text('description', { max: 1024 })
  const sessionType = reader.choice('sessionType', sessionTypes)
  const parameters = reader.has('parameters') ? readSessionParameters(reader.object('parameters')) : {}
  return { schemaVersion: '1.0', description, sessionType, parameters, ...readSessionParts(value, sessionType, true) }
}

/**
 * The parts of a document that parameters go into.
 *
 * @param isTemplate whether they are still to be filled in
 */
export function readSessionParts(
  value: unknown,
  sessionType: SessionType,
  isTemplate: boolean,
): Pick<SessionContent, 'properties' | 'inputs'> {
  const reader = new ContentReader(value, '', isTemplate)
  const isShell = sessionType === 'Standard_Stream'
  if (isShell && !reader.has('inputs')) {
    throw reader.fault('inputs', 'is required when sessionType is Standard_Stream')
  }
  if (!isShell && !reader.has('properties')) {
    throw reader.fault('properties', `is required when sessionType is ${sessionType}`)
  }
  return {
    inputs: reader.has('inputs') ? readSessionInputs(reader.object('inputs'), isShell) : undefined,
    properties: reader.has('properties') ? readSessionProperties(reader.object('properties'), sessionType) : undefined,
  }
}
