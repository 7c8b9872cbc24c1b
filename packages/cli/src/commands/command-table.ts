import type { Command } from '@fairlead/wire/model/generated/ssm'
import { printable } from '../session/copy/printable.ts'
import { localTime } from '../terminal/local-time.ts'
import { type Column, table } from '../terminal/table.ts'

const wide = 100

const columns = (isNarrow: boolean): readonly Column<Command>[] => [
  { title: 'COMMAND', expendable: 0, cell: ({ CommandId = '' }) => CommandId },
  { title: 'SENT', expendable: 3, cell: ({ RequestedDateTime: at }) => (at === undefined ? '' : sent(at, isNarrow)) },
  { title: 'STATE', expendable: 0, cell: ({ StatusDetails = '' }) => StatusDetails },
  {
    title: 'NODES',
    expendable: 1,
    cell: ({ CompletedCount = 0, TargetCount = 0 }) => `${CompletedCount}/${TargetCount}`,
  },
  { title: 'ERRORS', expendable: 4, cell: ({ ErrorCount = 0 }) => (ErrorCount === 0 ? '' : String(ErrorCount)) },
  { title: 'WHAT', expendable: 2, least: 8, cell: whatItDoes },
]

/** @param width of the terminal in characters; undefined when nothing limits it */
export function commandTable(commands: readonly Command[], width: number | undefined): string {
  return table(columns(width !== undefined && width < wide), commands, width)
}

/** The year is what one can do without. */
function sent(at: Date, isNarrow: boolean): string {
  return isNarrow ? localTime(at).slice('2026-'.length) : localTime(at)
}

/** Its comment; else the first line of the script, else the document. */
export function whatItDoes({ Comment, DocumentName = '', Parameters = {} }: Command): string {
  const [script = ''] = Parameters['commands'] ?? []
  return printable(Comment || script.trim().split('\n')[0] || DocumentName).slice(0, 100)
}
