import { stringify } from 'yaml'
import { ServiceError } from './error.ts'
import { type FaultPlace, jsonFault } from './json-fault.ts'
import { parseYaml, YamlFault } from './yaml-text.ts'

/** A document is text in one of these; AWS's TEXT is for configurations, which are not served. */
export type DocumentFormat = 'JSON' | 'YAML'

/** CreateDocument reference, "64KB". */
export const longestDocument = 65_536
const deepest = 32
/** Far more than a document that fits has members; aliases of YAML could make more. */
const mostMembers = 20_000

/**
 * The value that a document's text writes down.
 *
 * @throws {ServiceError} MaxDocumentSizeExceeded, or InvalidDocumentContent for what cannot be read
 */
export function parseDocument(text: string, format: DocumentFormat): unknown {
  if (Buffer.byteLength(text) > longestDocument) {
    throw new ServiceError('MaxDocumentSizeExceeded', 'The content of a document can be 64 KB at most.')
  }
  const value = format === 'JSON' ? parseJson(text) : readYaml(text)
  const members = countMembers(value, deepest)
  if (members > mostMembers) throw unreadable(`Document content has more than ${mostMembers} members.`)
  return value
}

/** The same document as text of another format. */
export function renderDocument(value: unknown, format: DocumentFormat): string {
  return format === 'JSON' ? JSON.stringify(value, null, 2) : stringify(value, { lineWidth: 0 })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw notWellFormed('JSON', jsonFault(text), cause)
  }
}

function readYaml(text: string): unknown {
  try {
    return parseYaml(text)
  } catch (cause) {
    throw notWellFormed('YAML', cause instanceof YamlFault ? cause.place : undefined, cause)
  }
}

function countMembers(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 1
  if (depth === 0) throw unreadable(`Document content is nested deeper than ${deepest}.`)
  let count = 1
  for (const member of Object.values(value)) {
    count += countMembers(member, depth - 1)
    if (count > mostMembers) break
  }
  return count
}

/** In AWS's words (aws-samples/aws-batch-genomics#14), and then in the parser's. */
function notWellFormed(format: DocumentFormat, at: FaultPlace | undefined, cause: unknown): ServiceError {
  const place = at ? ` at Line: ${at.line}, Column: ${at.column}` : ''
  return unreadable(`${format} not well-formed.${place}: ${messageOf(cause)}`, cause)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}

function unreadable(message: string, cause?: unknown): ServiceError {
  return new ServiceError('InvalidDocumentContent', message.trimEnd(), { cause })
}
