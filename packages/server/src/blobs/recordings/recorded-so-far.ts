import type { RecordedEvent } from '../../domain/recorded-event.ts'
import type { RecordedSoFar } from '../../domain/recording-files.ts'

export const nothingRecorded: RecordedSoFar = {
  bytes: 0,
  lostBytes: 0,
  lastMs: 0,
  lastOfNode: -1,
  lastOfClient: -1,
  isCut: false,
}

/** What is recorded once these events are, too. */
export function recordedWith(before: RecordedSoFar, events: readonly RecordedEvent[]): RecordedSoFar {
  let { bytes, lostBytes, lastMs, lastOfNode, lastOfClient, isCut } = before
  for (const { kind, atMs, number, bytes: payload } of events) {
    lastMs = Math.max(lastMs, atMs)
    switch (kind) {
      case 'output':
      case 'error':
        bytes += payload.length
        lastOfNode = Math.max(lastOfNode, number)
        break
      case 'exit':
      case 'mark':
        lastOfNode = Math.max(lastOfNode, number)
        break
      case 'input':
        bytes += payload.length
        lastOfClient = Math.max(lastOfClient, number)
        break
      case 'resize':
        lastOfClient = Math.max(lastOfClient, number)
        break
      case 'note':
        lostBytes += number
        break
      case 'cut':
        isCut = true
    }
  }
  return { bytes, lostBytes, lastMs, lastOfNode, lastOfClient, isCut }
}
