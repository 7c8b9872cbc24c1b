/** What it takes to carry a session without the process that is usually around it. */
export { writeSharedCredentials } from '../identity/shared-credentials.ts'
export { SessionFolders } from './session-folder.ts'
export { runSession } from './session-run.ts'
export type { Ending } from './stream/session-work.ts'
