import { readFileSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import type { DocumentFormat, DocumentType } from '@fairlead/wire/model/generated/ssm'
import { ApiError } from '../api/api-error.ts'
import type { Ask } from '../api/keep-asking.ts'
import { CliError } from '../cli-error.ts'
import type { Surroundings } from '../surroundings.ts'

export interface PutOptions {
  readonly name?: string
  readonly type?: DocumentType
  /** The new version is not what is used from now on. */
  readonly keepDefault?: boolean
  readonly json?: boolean
}

/**
 * `fairlead documents put FILE`: makes a document, or a new version of it that is used from then on. Throws CliError for a file
 * that cannot be read.
 */
export async function putDocument(
  ask: Ask,
  file: string,
  { name, type, keepDefault = false, json = false }: PutOptions,
  { workingDirectory, stdout, stderr }: Surroundings,
): Promise<void> {
  const Content = read(resolve(workingDirectory, file), file)
  const tellOfLogs = () => {
    if ((type ?? typeOf(Content)) !== 'Session' || !placeOfLogs.test(Content)) return
    stderr.write('Its sessions leave a log here; bringing it to S3 or CloudWatch Logs is not there yet.\n')
  }
  const Name = name ?? basename(file, extname(file))
  const DocumentFormat = formatOf(file)
  try {
    const DocumentType = type ?? typeOf(Content)
    await ask((api) => api.ssm('CreateDocument', { Name, Content, DocumentFormat, DocumentType }))
    const told = { name: Name, version: '1', isNew: true, isDefault: true }
    stdout.write(json ? `${JSON.stringify(told)}\n` : `${Name} is made.\n`)
    return tellOfLogs()
  } catch (error) {
    if (!isCode(error, 'DocumentAlreadyExists')) throw error
  }
  const version = await update(ask, Name, Content, DocumentFormat)
  if (!keepDefault) {
    await ask((api) => api.ssm('UpdateDocumentDefaultVersion', { Name, DocumentVersion: version.number }))
  }
  const use = keepDefault ? '' : ', and is what is used now'
  const told = { name: Name, version: version.number, isNew: version.isNew, isDefault: !keepDefault }
  const is = version.isNew ? 'is made' : 'has this content already'
  stdout.write(json ? `${JSON.stringify(told)}\n` : `Version ${version.number} of ${Name} ${is}${use}.\n`)
  tellOfLogs()
}

// Decision 15.
const placeOfLogs = /\b(?:s3BucketName|cloudWatchLogGroupName)["']?\s*:[^\S\n]*["']?[^\s"',}]/

/** The version with this content: a new one, or the latest when it has it already. */
async function update(
  ask: Ask,
  Name: string,
  Content: string,
  DocumentFormat: DocumentFormat,
): Promise<{ readonly number: string; readonly isNew: boolean }> {
  try {
    const input = { Name, Content, DocumentFormat, DocumentVersion: '$LATEST' }
    const { DocumentDescription = {} } = await ask((api) => api.ssm('UpdateDocument', input))
    return { number: DocumentDescription.DocumentVersion ?? '', isNew: true }
  } catch (error) {
    if (!isCode(error, 'DuplicateDocumentContent')) throw error
    const latest = await ask((api) => api.ssm('GetDocument', { Name, DocumentVersion: '$LATEST', DocumentFormat }))
    if (latest.Content !== Content) throw error
    return { number: latest.DocumentVersion ?? '', isNew: false }
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code
}

function formatOf(file: string): DocumentFormat {
  return /\.ya?ml$/i.test(file) ? 'YAML' : 'JSON'
}

/** Session documents say what kind of session they are for. */
function typeOf(content: string): DocumentType {
  return /^\s*["']?sessionType["']?\s*:/m.test(content) ? 'Session' : 'Command'
}

function read(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CliError(`${file} cannot be read.`, { cause })
  }
}
