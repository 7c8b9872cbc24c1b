import type { Recording } from '@fairlead/wire/model/generated/fairlead'
import { duration } from '../terminal/duration.ts'
import { localTime } from '../terminal/local-time.ts'
import { type Column, table } from '../terminal/table.ts'

const columns: readonly Column<Recording>[] = [
  { title: 'SESSION', expendable: 0, cell: ({ SessionId = '' }) => SessionId },
  { title: 'NODE', expendable: 2, cell: ({ Target = '' }) => Target },
  { title: 'USER', expendable: 4, cell: ({ OwnerName = '' }) => OwnerName },
  { title: 'STARTED', expendable: 1, cell: ({ StartDate }) => (StartDate === undefined ? '' : localTime(StartDate)) },
  { title: 'LENGTH', expendable: 3, cell: lengthOf },
  { title: 'SIZE', expendable: 5, cell: ({ Bytes }) => (Bytes === undefined ? '' : bytesText(Bytes)) },
  { title: 'STATE', expendable: 1, cell: ({ Status }) => stateOf(Status) },
]

/** @param width of the terminal in characters; undefined when nothing limits it */
export function recordingTable(recordings: readonly Recording[], width: number | undefined): string {
  return table(columns, recordings, width)
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
