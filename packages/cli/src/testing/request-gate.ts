import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/** A request of the API on its way. */
export interface PassingRequest {
  /** As `SendCommand`. */
  readonly operation: string
  readonly isRehearsal: boolean
}

/** What is answered in place of the server. */
export interface GateRefusal {
  readonly status: number
  readonly code: string
}

/** Tells of a request before the server has it, once it may go on; with what it is refused, if it is. */
export type Gatekeeper = (passing: PassingRequest) => Promise<GateRefusal | undefined>

/** A way to the server on which requests can be held back and refused. Answers its URL. */
export async function openRequestGate(
  t: { after(end: () => void): void },
  serverUrl: string,
  keeper: Gatekeeper,
): Promise<string> {
  const gate = createServer((incoming, outgoing) => {
    const [, operation = ''] = /\.(\w+)$/.exec(String(incoming.headers['x-amz-target'])) ?? []
    const isRehearsal = incoming.headers['x-fairlead-dry-run'] !== undefined
    keeper({ operation, isRehearsal })
      .then((refusal) => (refusal === undefined ? pass(incoming, outgoing, serverUrl) : refuse(outgoing, refusal)))
      .catch(() => outgoing.destroy())
  })
  t.after(() => {
    gate.closeAllConnections()
    gate.close()
  })
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve))
  const address = gate.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

/** With its headers as they are, the host that was signed among them. */
function pass(incoming: IncomingMessage, outgoing: ServerResponse, serverUrl: string): void {
  const { method, url = '/', rawHeaders } = incoming
  const onward = request(new URL(url, serverUrl), { ...(method === undefined ? {} : { method }), headers: rawHeaders })
  onward.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 0, answer.rawHeaders)
    answer.pipe(outgoing)
  })
  onward.on('error', () => outgoing.destroy())
  incoming.pipe(onward)
}

function refuse(outgoing: ServerResponse, { status, code }: GateRefusal): void {
  outgoing.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' })
  outgoing.end(JSON.stringify({ __type: code, message: 'not through this gate' }))
}
