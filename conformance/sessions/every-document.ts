import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { HeldClient } from '../clients/held-client.ts'
import { exchangeOverForward } from './forward-course.ts'
import type { SessionBench, Start } from './session-bench.ts'
import { listenOnWeb } from './web-target.ts'

type Owner = { after(end: () => Promise<void> | void): void }

export interface Use {
  readonly bench: SessionBench
  readonly nodeId: string
  readonly pluginFolder: string
  /** What each stream of a forwarded port carries. */
  readonly bytesEach: number
}

/** Starts a session of each of AWS's documents, and sees that it does what it is for. */
export const everyDocument: Readonly<Record<string, (t: Owner, use: Use) => Promise<void>>> = {
  'AWS-StartInteractiveCommand': async (t, use) => {
    const client = begin(t, use, {
      document: 'AWS-StartInteractiveCommand',
      parameters: { command: 'echo begun; read line; echo "got $line"' },
    })
    await client.untilSays(/begun/)
    client.write('typed\n')
    await client.untilSays(/got typed/)
    await client.ended()
  },

  'AWS-StartNonInteractiveCommand': async (t, use) => {
    const client = begin(t, use, {
      document: 'AWS-StartNonInteractiveCommand',
      parameters: { command: "sh -c 'echo out-$((6*7)); echo err-$((6*8)) >&2'" },
    })
    await client.ended()
    assert.match(client.said + client.complained, /out-42[\s\S]*err-48/)
  },

  'AWS-StartSSHSession': async (t, use) => {
    const port = await listenForEcho(t)
    const client = begin(t, use, { document: 'AWS-StartSSHSession', parameters: { portNumber: String(port) } })
    await client.untilSays(/hello/)
    client.write('there and back\n')
    await client.untilSays(/there and back\n/)
    client.write('end')
    await client.ended()
  },

  'AWS-StartPortForwardingSession': async (t, use) => {
    const { port } = await listenOnWeb(t)
    const client = begin(t, use, {
      document: 'AWS-StartPortForwardingSession',
      parameters: { portNumber: String(port), localPortNumber: '0' },
    })
    await exchangeOverForward(client, use.bytesEach)
    client.kill('SIGINT')
    await client.ended()
  },

  'AWS-StartPortForwardingSessionToRemoteHost': async (t, use) => {
    const { port } = await listenOnWeb(t)
    const document = 'AWS-StartPortForwardingSessionToRemoteHost'
    const client = begin(t, use, { document, parameters: { host: 'localhost', portNumber: String(port) } })
    await exchangeOverForward(client, use.bytesEach / 4)
    client.kill('SIGINT')
    await client.ended()

    // That of cloud metadata; ours denies more, which its own tests show.
    const denied = begin(t, use, { document, parameters: { host: '169.254.169.254', portNumber: '80' } })
    await denied.untilSays(/forbidden/)
    denied.kill()
  },
}

function begin(t: Owner, { bench, nodeId, pluginFolder }: Use, start: Start): HeldClient {
  return new HeldClient(t, bench.words(nodeId, start), bench.environment(pluginFolder))
}

/** Greets, answers what comes, and hangs up after `end`. */
async function listenForEcho(t: Owner): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write('hello\n')
    socket.on('data', (bytes: Buffer) => {
      socket.write(bytes)
      if (bytes.toString().endsWith('end')) socket.end()
    })
  })
  t.after(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
