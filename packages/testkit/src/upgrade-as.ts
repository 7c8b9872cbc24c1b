import { createHash, createHmac } from 'node:crypto'
import { hmacSigner, signRequest } from '@fairlead/wire/sigv4'
import { WebSocket } from 'ws'
import type { Credentials } from './api-client.ts'
import { region } from './given.ts'
import { within } from './within.ts'

export interface Upgrade {
  readonly url: string
  /** Whose channel is asked for. */
  readonly nodeId: string
  /** Who asks; nobody when it is left out. */
  readonly credentials?: Credentials | undefined
  readonly now: Date
  /** In place of the path of a control channel. */
  readonly path?: string
  /** In place of random masks. */
  readonly generateMask?: ((mask: Buffer) => void) | undefined
}

/** An upgrade that the server did not want. */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused'
  readonly status: number

  constructor(status: number, body: string) {
    super(body)
    this.status = status
  }
}

/** Asks for the websocket of a control channel as an agent does. Throws UpgradeRefused. */
export function upgradeAs({
  url,
  nodeId,
  credentials,
  now,
  path = '/v1/control-channel/',
  generateMask,
}: Upgrade): Promise<WebSocket> {
  const target = `${path}${nodeId}?role=subscribe&stream=input`
  const { host } = new URL(url)
  const headers: Record<string, string> = { host }
  if (credentials !== undefined) {
    const added = signRequest({ method: 'GET', target, rawHeaders: ['host', host] }, '', {
      signer: hmacSigner(credentials, (key, text) => createHmac('sha256', key).update(text).digest()),
      region,
      service: 'ssmmessages',
      now,
      sha256: (input) => createHash('sha256').update(input).digest('hex'),
    })
    for (let at = 0; at + 1 < added.length; at += 2) headers[added[at] ?? ''] = added[at + 1] ?? ''
  }
  const opened = new Promise<WebSocket>((resolve, reject) => {
    const socket = new WebSocket(new URL(target, url.replace('http', 'ws')), {
      headers,
      perMessageDeflate: false,
      ...(generateMask === undefined ? {} : { generateMask }),
    })
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
    socket.once('unexpected-response', (request, response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        request.destroy()
        reject(new UpgradeRefused(response.statusCode ?? 0, Buffer.concat(parts).toString()))
      })
    })
  })
  return within(opened, `an answer to the upgrade to ${target}`)
}
