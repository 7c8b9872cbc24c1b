import { encodeSessionContent } from '@fairlead/wire/session-message'
import type { FakeSession, FakeSessionSettings } from './fake-session.ts'

/** A session to begin. */
export interface SessionRequest extends FakeSessionSettings {
  /** `sessionType`, `properties`, `inputs` and so on, in place of those of a plain shell. */
  readonly document?: Readonly<Record<string, unknown>>
  readonly runAsUser?: string
  /** Whether the node keeps logs of encrypted sessions; true. */
  readonly keepsLogs?: boolean
  readonly parameters?: Readonly<Record<string, string>>
}

/** What a node is told of a session. */
export function sessionContent({ sessionId }: FakeSession, request: SessionRequest): string {
  const shell = { schemaVersion: '1.0', sessionType: 'Standard_Stream', parameters: {}, properties: {}, inputs: {} }
  return encodeSessionContent({
    documentName: 'Test',
    sessionId,
    runAsUser: request.runAsUser ?? '',
    ownerArn: 'arn:aws:iam::123456789012:user/tester',
    parameters: request.parameters ?? {},
    documentContent: { ...shell, ...request.document },
  })
}
