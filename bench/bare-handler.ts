import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * The outside figure of API reads: as little as a node:http server can do that checks signatures. It knows one key, parses
 * the request, verifies SigV4 with a cached key, and answers a fixed body. It shares no code with the product.
 *
 *   node bare-handler.ts FILE     FILE: {accessKeyId, secretAccessKey, bodies: {[X-Amz-Target]: text}}
 */
interface Settings {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly bodies: Readonly<Record<string, string>>
}

const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Settings
const authorizationForm =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
let cached: { readonly scope: string; readonly key: ReturnType<typeof createSecretKey> } | undefined

const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()

function keyFor(date: string, region: string, service: string) {
  const scope = `${date}/${region}/${service}/aws4_request`
  if (cached?.scope !== scope) {
    const dayKey = hmac(`AWS4${settings.secretAccessKey}`, date)
    cached = { scope, key: createSecretKey(hmac(hmac(hmac(dayKey, region), service), 'aws4_request')) }
  }
  return cached
}

function isSigned(headers: NodeJS.Dict<string | string[]>, method: string, path: string, body: Buffer): boolean {
  const claim = authorizationForm.exec(headers['authorization']?.toString() ?? '')
  if (claim === null) return false
  const [, accessKeyId, date = '', region = '', service = '', signedHeaders = '', signature = ''] = claim
  const timestamp = headers['x-amz-date']?.toString() ?? ''
  const signedAt = Date.UTC(
    Number(timestamp.slice(0, 4)),
    Number(timestamp.slice(4, 6)) - 1,
    Number(timestamp.slice(6, 8)),
    Number(timestamp.slice(9, 11)),
    Number(timestamp.slice(11, 13)),
    Number(timestamp.slice(13, 15)),
  )
  if (accessKeyId !== settings.accessKeyId || Math.abs(Date.now() - signedAt) > 900_000) return false
  let lines = ''
  for (const name of signedHeaders.split(';')) lines += `${name}:${headers[name]?.toString().trim()}\n`
  const canonical = `${method}\n${path}\n\n${lines}\n${signedHeaders}\n${hash('sha256', body)}`
  const { scope, key } = keyFor(date, region, service)
  const toSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${hash('sha256', canonical)}`
  const expected = createHmac('sha256', key).update(toSign).digest()
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
}

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const body = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
    const good = isSigned(request.headers, request.method ?? '', request.url ?? '', body)
    const input: unknown = JSON.parse(body.toString())
    const answer = settings.bodies[request.headers['x-amz-target']?.toString() ?? '']
    if (!good || answer === undefined || typeof input !== 'object') {
      response.writeHead(403).end()
      return
    }
    response.writeHead(200, {
      'Content-Type': 'application/x-amz-json-1.1',
      'Content-Length': Buffer.byteLength(answer),
    })
    response.end(answer)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address() as AddressInfo // a TCP server's, once it listens
  process.stdout.write(`ready on http://127.0.0.1:${address.port}\n`)
})
process.once('SIGTERM', () => process.exit(0))
