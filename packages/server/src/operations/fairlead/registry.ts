import type { AnyOperation } from '../operation.ts'
import { explainRequest } from './explain-request.ts'
import { getRecording } from './get-recording.ts'
import { listRecordings } from './list-recordings.ts'
import { watchCommand } from './watch-command.ts'

/** What AWS has no operation for. */
export const fairleadOperations: readonly AnyOperation[] = [explainRequest, getRecording, listRecordings, watchCommand]
