import { request } from 'node:https'
import { isIP } from 'node:net'
import { connect, type DetailedPeerCertificate } from 'node:tls'

const longestMs = 5_000
const longestAnswer = 256 * 1024
const longestChain = 10

/** Whom to believe instead of the authorities that everybody trusts: one certificate, in PEM. */
export interface Trust {
  readonly ca: string
  readonly allowPartialTrustChain: true
}

/** One GET of a JSON object: five seconds, 256 KB, no redirects. */
export async function fetchJson(url: URL, trust?: Trust): Promise<Readonly<Record<string, unknown>>> {
  const text = await new Promise<string>((resolve, reject) => {
    const signal = AbortSignal.timeout(longestMs)
    const asked = request(
      url,
      { agent: false, signal, headers: { accept: 'application/json' }, ...trust },
      (answer) => {
        const parts: Buffer[] = []
        let length = 0
        if (answer.statusCode !== 200) {
          asked.destroy(new Error(`${url.href} answered ${answer.statusCode}`))
          return
        }
        answer.on('data', (part: Buffer) => {
          length += part.length
          if (length > longestAnswer) asked.destroy(new Error(`${url.href} answers more than ${longestAnswer} bytes`))
          else parts.push(part)
        })
        answer.on('error', reject)
        answer.on('end', () => resolve(Buffer.concat(parts).toString('utf8')))
      },
    )
    asked.on('error', reject)
    asked.end()
  })
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${url.href} is no object`)
  return value as Readonly<Record<string, unknown>>
}

/** One certificate, by its SHA-1 in lower-case hexadecimal. */
export interface ShownCertificate {
  readonly thumbprint: string
  readonly pem: string
}

/** What a host shows of itself, its own certificate first. Nothing of it is verified, and nothing is said to it. */
export async function certificateChain(url: URL): Promise<readonly ShownCertificate[]> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? 443 : Number(url.port)
  const first = await new Promise<DetailedPeerCertificate>((resolve, reject) => {
    const name = isIP(host) === 0 ? { servername: host } : {}
    const socket = connect({ host, port, rejectUnauthorized: false, ...name }, () => {
      resolve(socket.getPeerCertificate(true))
      socket.destroy()
    })
    socket.setTimeout(longestMs, () => socket.destroy(new Error(`${url.host} did not answer in time`)))
    socket.on('error', reject)
  })
  const chain: ShownCertificate[] = []
  for (let at: DetailedPeerCertificate | undefined = first; at?.raw && chain.length < longestChain; ) {
    const base64 = at.raw.toString('base64')
    chain.push({
      thumbprint: at.fingerprint.replaceAll(':', '').toLowerCase(),
      pem: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    })
    // A self-signed certificate is its own issuer.
    at = at.issuerCertificate === at ? undefined : at.issuerCertificate
  }
  return chain
}

const faults: ReadonlySet<unknown> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** Whether a request failed since nobody whom everybody trusts vouches for the host. */
export function isCertificateFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && faults.has(error.code)
}
