import { isAbsolute, join } from 'node:path'
import { isObject, readBytes } from '../../disk/read-text.ts'
import { reasonOf } from '../../log.ts'
import type { PlannedStep } from '../document.ts'
import { typeGiven } from '../parameters/check-parameters.ts'
import type { DocumentPlugin, WorkPlace } from '../plugin.ts'
import { textInput } from '../step-inputs.ts'
import type { StepWorld } from '../step-start.ts'
import { readDocumentName } from './document-name.ts'
import { longestText, parseText } from './parse-text.ts'
import { withEnvironment } from './with-environment.ts'

/** The document that does nothing, as in Amazon's agent. */
const noopDocument = 'AWS-Noop'

/** Runs a document of the server, or a file on the node, in place of a step. The texts are those of Amazon's agent. */
export const runDocument: DocumentPlugin = {
  kind: 'document',
  name: 'aws:runDocument',
  async open(inputs, place, world) {
    const { type, path } = readInputs(inputs)
    if (path === noopDocument) return undefined
    const text = type === 'SSMDocument' ? await fetchDocument(path, world) : readFile(path, place)
    try {
      const document = await parseText(text, 'The inner document')
      const given = await readGiven(inputs['documentParameters'])
      return { document: withEnvironment(document), parameters: typeGiven(document['parameters'], given) }
    } catch (cause) {
      throw new Error(`There was an error while preparing documents - ${reasonOf(cause)}`)
    }
  },
}

function readInputs(inputs: PlannedStep['inputs']): { readonly type: string; readonly path: string } {
  const type = textInput(inputs, 'documentType')
  const path = textInput(inputs, 'documentPath')
  const refuse = (reason: string) => new Error(`invalid input: ${reason}`)
  if (type === '') throw refuse('Document Type must be specified to either by SSMDocument or LocalPath.')
  if (type !== 'SSMDocument' && type !== 'LocalPath') throw refuse('Document type specified in invalid')
  if (path === '') throw refuse('Document Path must be provided')
  return { type, path }
}

function fetchDocument(path: string, { calls }: StepWorld): Promise<string> {
  const { name, version } = readDocumentName(path)
  return calls.getDocument(name, version)
}

function readFile(path: string, { downloads }: WorkPlace): string {
  const file = isAbsolute(path) ? path : join(downloads, path)
  const bytes = readBytes(file, longestText + 1)
  if (bytes === undefined) throw new Error(`There was an error while preparing documents - ${file} is not there`)
  if (bytes.length === 0) throw new Error('There was an error while preparing documents - File is empty!')
  return new TextDecoder().decode(bytes)
}

/** `documentParameters`: an object, or the text of one in JSON or YAML. */
async function readGiven(given: unknown): Promise<Readonly<Record<string, unknown>>> {
  if (given === undefined || given === null || given === '') return {}
  if (isObject(given)) return given
  if (typeof given === 'string') return parseText(given, 'documentParameters')
  throw new Error('parameter type specified to run document is unknown')
}
