import { askServer } from '../session/ask-server.ts'
import type { Surroundings } from '../surroundings.ts'
import { describeDocument } from './describe-document.ts'
import { listDocuments } from './list-documents.ts'
import { type PutOptions, putDocument } from './put-document.ts'

export interface DocumentsOptions {
  readonly dataDir?: string
  readonly json?: boolean
}

export interface ShowDocumentOptions extends DocumentsOptions {
  readonly documentVersion?: string
}

/** `fairlead documents [NAME]`. */
export async function documentsCommand(
  name: string | undefined,
  options: DocumentsOptions,
  surroundings: Surroundings,
): Promise<void> {
  const ask = askServer(options.dataDir, surroundings)
  if (name === undefined) await listDocuments(ask, options.json === true, surroundings)
  else await describeDocument(ask, name, options.json === true, surroundings)
}

/** `fairlead documents show`: its content, as it was put. */
export async function showDocument(
  Name: string,
  options: ShowDocumentOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { documentVersion: DocumentVersion, json = false } = options
  const ask = askServer(options.dataDir, surroundings)
  // GetDocument translates into JSON unless it is told the format.
  const { Document = {} } = await ask((api) => api.ssm('DescribeDocument', { Name, DocumentVersion }))
  const { DocumentFormat } = Document
  const answer = await ask((api) => api.ssm('GetDocument', { Name, DocumentVersion, DocumentFormat }))
  const { Content = '' } = answer
  if (json) surroundings.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`)
  else surroundings.stdout.write(Content.endsWith('\n') ? Content : `${Content}\n`)
}

/** `fairlead documents put`. */
export async function putCommand(
  file: string,
  options: DocumentsOptions & PutOptions,
  surroundings: Surroundings,
): Promise<void> {
  await putDocument(askServer(options.dataDir, surroundings), file, options, surroundings)
}
