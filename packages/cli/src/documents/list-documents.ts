import type { DocumentIdentifier } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'
import { printable } from '../session/copy/printable.ts'
import type { Surroundings } from '../surroundings.ts'
import { type Column, table } from '../terminal/table.ts'

const columns: readonly Column<DocumentIdentifier>[] = [
  { title: 'DOCUMENT', expendable: 0, cell: ({ Name = '' }) => Name },
  { title: 'TYPE', expendable: 1, cell: ({ DocumentType = '' }) => DocumentType },
  { title: 'VERSION', expendable: 2, cell: ({ DocumentVersion = '' }) => DocumentVersion },
  { title: 'SCHEMA', expendable: 5, cell: ({ SchemaVersion = '' }) => SchemaVersion },
  { title: 'OWNER', expendable: 3, cell: ({ Owner = '' }) => Owner },
  { title: 'PLATFORMS', expendable: 4, cell: ({ PlatformTypes = [] }) => PlatformTypes.join(' ') },
  { title: 'NAMED', expendable: 6, cell: ({ DisplayName = '' }) => printable(DisplayName) },
]

/** `fairlead documents`: all that can be used, one's own first. */
export async function listDocuments(ask: Ask, json: boolean, { stdout }: Surroundings): Promise<void> {
  const documents: DocumentIdentifier[] = []
  let NextToken: string | undefined
  do {
    const page = { MaxResults: 50, NextToken }
    const answer = await ask((api) => api.ssm('ListDocuments', page))
    documents.push(...(answer.DocumentIdentifiers ?? []))
    NextToken = answer.NextToken
  } while (NextToken !== undefined)
  const isAmazons = ({ Owner }: DocumentIdentifier) => Number(Owner === 'Amazon')
  const sorted = documents.toSorted((one, other) => isAmazons(one) - isAmazons(other))
  if (json) stdout.write(`${JSON.stringify(sorted, undefined, 2)}\n`)
  else stdout.write(table(columns, sorted, stdout.isTTY === true ? stdout.columns : undefined))
}
