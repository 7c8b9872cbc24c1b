import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { signRequest } from '@fairlead/wire/sigv4'
import { encodeQueryText } from '@fairlead/wire/sigv4-encode'
import { orAborted } from '../work.ts'
import { httpGet, readAnswer } from './http-get.ts'
import type { S3Location } from './s3-location.ts'
import type { Download, DownloadWorld } from './source.ts'

export interface S3Page {
  readonly keys: readonly string[]
  readonly next: string | undefined
}

const sha256 = (input: string | Uint8Array) => createHash('sha256').update(input).digest('hex')

/** Throws an Error with S3's own code when it does not hand the object out. */
export async function getObject(
  location: S3Location,
  key: string,
  download: Download,
  world: DownloadWorld,
): Promise<IncomingMessage> {
  return get(location, `/${key.split('/').map(encodeQueryText).join('/')}`, download, world)
}

/** A thousand keys that begin with `prefix`: ListObjectsV2. Throws as `getObject`. */
export async function listObjects(
  location: S3Location,
  prefix: string,
  token: string | undefined,
  download: Download,
  world: DownloadWorld,
): Promise<S3Page> {
  const query = [
    ...(token === undefined ? [] : [`continuation-token=${encodeQueryText(token)}`]),
    'encoding-type=url',
    'list-type=2',
    `prefix=${encodeQueryText(prefix)}`,
  ]
  const text = await readAnswer(await get(location, `?${query.join('&')}`, download, world))
  const [, ...contents] = text.split('<Contents>')
  return {
    keys: contents.flatMap((one) => decodeKey(elementOf(one, 'Key'))),
    next: elementOf(text, 'IsTruncated') === 'true' ? elementOf(text, 'NextContinuationToken') : undefined,
  }
}

async function get(
  { bucket, region: named }: S3Location,
  target: string,
  { signal, connections }: Download,
  world: DownloadWorld,
): Promise<IncomingMessage> {
  const region = named ?? world.region
  const { origin, pathname } = world.s3Endpoint ?? new URL(`https://s3.${region}.amazonaws.com`)
  const path = `${pathname.replace(/\/$/, '')}/${bucket}${target}`
  const url = new URL(path, origin)
  const signer = await orAborted(world.s3Signer(), signal)
  const headers = ['Host', url.host, 'x-amz-content-sha256', sha256('')]
  const added =
    signer === undefined
      ? []
      : signRequest({ method: 'GET', target: path, rawHeaders: headers }, '', {
          signer,
          region,
          service: 's3',
          now: new Date(world.now()),
          sha256,
          pathRules: { normalizePath: false, encodePathTwice: false },
        })
  const answer = await httpGet(
    url,
    { headers: asRecord([...headers, ...added]), signal, staysThere: true },
    connections,
  )
  if (answer.statusCode === 200) return answer
  const text = await readAnswer(answer)
  const code = elementOf(text, 'Code') ?? answer.statusMessage ?? ''
  const how = signer === undefined ? ', asked without credentials' : ''
  throw new Error(`S3 refused ${bucket}: ${code} (${answer.statusCode}${how})`)
}

function asRecord(flat: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let at = 0; at + 1 < flat.length; at += 2) headers[flat[at]?.toLowerCase() ?? ''] = flat[at + 1] ?? ''
  return headers
}

function elementOf(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`)
  const end = start < 0 ? -1 : xml.indexOf(`</${name}>`, start)
  if (end < 0) return undefined
  const text = xml.slice(start + name.length + 2, end)
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

function decodeKey(text: string | undefined): readonly string[] {
  if (text === undefined) return []
  try {
    return [decodeURIComponent(text.replaceAll('+', ' '))]
  } catch {
    return [] // A key that is no text has no file name either.
  }
}
