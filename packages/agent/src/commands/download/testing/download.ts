import type { ReceivedReply } from '@fairlead/testkit/fake-control-plane'
import type { GivenAgent } from '@fairlead/testkit/given-agent'

/** Has the agent run one aws:downloadContent, and perhaps steps after it; answers the end of the command. */
export async function download(
  { server }: GivenAgent,
  sourceType: string,
  sourceInfo: unknown,
  { destinationPath, next = [] }: { readonly destinationPath?: string; readonly next?: readonly unknown[] } = {},
): Promise<ReceivedReply> {
  const inputs = { sourceType, sourceInfo, ...(destinationPath === undefined ? {} : { destinationPath }) }
  const steps = [{ action: 'aws:downloadContent', name: 'download', inputs }, ...next]
  return server.endOf(server.sendCommand({ steps: [], document: { schemaVersion: '2.2', mainSteps: steps } }))
}

/** What went wrong with it; empty when nothing did. */
export function fault(end: ReceivedReply): string {
  return end.content.plugins.get('download')?.standardError ?? ''
}
