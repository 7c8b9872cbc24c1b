import { join } from 'node:path'
import { runOfficialNode } from '../conformance/clients/official-node.ts'
import { run } from '../conformance/clients/run.ts'
import type { SessionBench } from '../conformance/sessions/session-bench.ts'
import { Child } from './child.ts'
import type { Workbench } from './workbench.ts'

/** A node whose data channels go to a relay of frames, and where the clients of its sessions find that. */
export interface RelayFront {
  readonly nodeId: string
  streamUrlOf(sessionId: string): string
}

/**
 * Amazon's agent on our server, all but its data channels, which a relay joins with the clients'. Our server ends a session
 * whose agent it never sees after half a minute: whatever is measured must be shorter.
 */
export async function startRelayFront(bench: Workbench, { server }: SessionBench): Promise<RelayFront> {
  const folder = bench.folder()
  const [certificate, key] = [join(folder, 'front.pem'), join(folder, 'front.key')]
  const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:*.us-east-1.fairlead.test,DNS:*.fairlead.test'
  await run(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2'],
      ...['-subj', '/CN=relay', '-addext', names, '-keyout', key, '-out', certificate],
    ],
    { PATH: process.env['PATH'] ?? '' },
  )
  const program = join(import.meta.dirname, 'relay-front.ts')
  const child = await Child.start({
    program: process.execPath,
    args: [program, server.url, certificate, key],
    readyWhen: /ready on (\S+)/,
  })
  bench.later(() => child.stop())
  const [plainPort, securePort] = child.said.split('/')
  const place = {
    url: server.url,
    secureUrl: `https://127.0.0.1:${securePort}`,
    caFile: certificate,
    region: server.region,
  }
  const amazons = await runOfficialNode({ after: (end) => bench.later(end) }, server, place)
  return {
    nodeId: amazons?.nodeId ?? '',
    streamUrlOf: (sessionId) => `ws://127.0.0.1:${plainPort}/v1/data-channel/${encodeURIComponent(sessionId)}`,
  }
}
