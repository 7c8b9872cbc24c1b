import { createHash, createHmac } from 'node:crypto'
import type { Credentials } from '@fairlead/testkit/api-client'
import { clientCall, type InputOf, type Operations } from '@fairlead/wire/codec'
import { hmacSigner, signRequest } from '@fairlead/wire/sigv4'
import { region } from './server-process.ts'

/** The bytes of one signed HTTP request for an operation of ssm, with the headers that the AWS CLI sends. */
export function signedRequest<O extends keyof Operations['ssm'] & string>(
  url: string,
  credentials: Credentials,
  operation: O,
  input: InputOf<'ssm', O>,
): Buffer {
  const { headers, body } = clientCall('ssm', operation, input)
  const signed = { Host: new URL(url).host, ...headers }
  const added = signRequest({ method: 'POST', target: '/', rawHeaders: Object.entries(signed).flat() }, body, {
    signer: hmacSigner(credentials, (key, text) => createHmac('sha256', key).update(text).digest()),
    region,
    service: 'ssm',
    now: new Date(),
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  })
  const lines = ['POST / HTTP/1.1']
  const rest = { 'Accept-Encoding': 'identity', 'User-Agent': 'aws-cli/1.45.11 md/Botocore#1.43.11' }
  const all = [...Object.entries({ ...signed, ...rest, 'Content-Length': body.length }).flat(), ...added]
  for (let at = 0; at + 1 < all.length; at += 2) lines.push(`${all[at]}: ${all[at + 1]}`)
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body])
}
