import type { Recording } from '@fairlead/wire/model/generated/fairlead'
import { duration } from '../terminal/duration.ts'

interface Column {
  readonly title: string
  /** Those with the highest go first when there is no room. */
  readonly expendable: number
  cell(recording: Recording): string
}

const columns: readonly Column[] = [
  { title: 'SESSION', expendable: 0, cell: ({ SessionId = '' }) => SessionId },
  { title: 'NODE', expendable: 2, cell: ({ Target = '' }) => Target },
  { title: 'USER', expendable: 4, cell: ({ OwnerName = '' }) => OwnerName },
  { title: 'STARTED', expendable: 1, cell: ({ StartDate }) => (StartDate === undefined ? '' : localTime(StartDate)) },
  { title: 'LENGTH', expendable: 3, cell: lengthOf },
  { title: 'SIZE', expendable: 5, cell: ({ Bytes }) => (Bytes === undefined ? '' : bytesText(Bytes)) },
  { title: 'STATE', expendable: 1, cell: ({ Status }) => stateOf(Status) },
]
const gap = 2

/** @param width of the terminal in characters; undefined when nothing limits it */
export function recordingTable(recordings: readonly Recording[], width: number | undefined): string {
  const measured = columns.map((column) => {
    const cells = recordings.map((recording) => column.cell(recording))
    return { ...column, cells, width: Math.max(...[column.title, ...cells].map(({ length }) => length)) }
  })
  let shown = measured
  const total = () => shown.reduce((sum, column) => sum + column.width + gap, -gap)
  while (width !== undefined && total() > width && shown.length > 1) {
    const least = shown.toSorted((one, other) => other.expendable - one.expendable)[0]
    shown = shown.filter((column) => column !== least)
  }
  const line = (cell: (column: (typeof shown)[number]) => string) =>
    `${shown
      .map((column) => cell(column).padEnd(column.width + gap))
      .join('')
      .trimEnd()}\n`
  return [line(({ title }) => title), ...recordings.map((_, index) => line(({ cells }) => cells[index] ?? ''))].join('')
}

function localTime(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

function lengthOf({ StartDate, EndDate }: Recording): string {
  return StartDate === undefined || EndDate === undefined ? '' : duration(EndDate.getTime() - StartDate.getTime())
}

function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

function stateOf(status: Recording['Status']): string {
  switch (status) {
    case 'Recording':
      return 'goes on'
    case 'Recorded':
      return 'whole'
    case 'Cut':
      return 'cut at its limit'
    case 'Incomplete':
      return 'with gaps'
    case 'NotRecorded':
      return 'not recorded'
    case undefined:
      return ''
  }
}
