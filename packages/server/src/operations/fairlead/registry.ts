import type { AnyOperation } from '../operation.ts'
import { explainRequest } from './explain-request.ts'
import { getAgentBundle } from './get-agent-bundle.ts'
import { getAgentBundlePart } from './get-agent-bundle-part.ts'
import { getAgentSigningKey } from './get-agent-signing-key.ts'
import { getRecording } from './get-recording.ts'
import { listRecordings } from './list-recordings.ts'
import { watchCommand } from './watch-command.ts'

/** What AWS has no operation for. */
export const fairleadOperations: readonly AnyOperation[] = [
  explainRequest,
  getAgentBundle,
  getAgentBundlePart,
  getAgentSigningKey,
  getRecording,
  listRecordings,
  watchCommand,
]
