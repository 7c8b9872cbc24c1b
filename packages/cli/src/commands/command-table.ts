import type { Command } from '@fairlead/wire/model/generated/ssm'
import { printable } from '../session/copy/printable.ts'
import { localTime } from '../terminal/local-time.ts'
import { type Column, table } from '../terminal/table.ts'

const columns: readonly Column<Command>[] = [
  { title: 'COMMAND', expendable: 0, cell: ({ CommandId = '' }) => CommandId },
  { title: 'SENT', expendable: 2, cell: ({ RequestedDateTime: at }) => (at === undefined ? '' : localTime(at)) },
  { title: 'STATE', expendable: 0, cell: ({ StatusDetails = '' }) => StatusDetails },
  {
    title: 'NODES',
    expendable: 1,
    cell: ({ CompletedCount = 0, TargetCount = 0 }) => `${CompletedCount}/${TargetCount}`,
  },
  { title: 'ERRORS', expendable: 3, cell: ({ ErrorCount = 0 }) => (ErrorCount === 0 ? '' : String(ErrorCount)) },
  { title: 'WHAT', expendable: 4, cell: whatItDoes },
]

/** @param width of the terminal in characters; undefined when nothing limits it */
export function commandTable(commands: readonly Command[], width: number | undefined): string {
  return table(columns, commands, width)
}

/** Its comment; else the first line of the script, else the document. */
export function whatItDoes({ Comment, DocumentName = '', Parameters = {} }: Command): string {
  const [script = ''] = Parameters['commands'] ?? []
  return printable(Comment || script.trim().split('\n')[0] || DocumentName).slice(0, 100)
}
