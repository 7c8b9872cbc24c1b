import { revealSecret } from '../parameters/secrets.ts'
import { fileAt } from './destination.ts'
import { digestAuthorization } from './digest-authorization.ts'
import { httpGet } from './http-get.ts'
import { placeStream } from './place-file.ts'
import { readSha256 } from './sha256.ts'
import { type Download, type DownloadWorld, type Source, type SourceInfo, textOf } from './source.ts'

/** `HTTP`: one file over http or https. What it takes and refuses, and the texts, are those of Amazon's agent. */
export const httpSource: Source = async (info, download, world) => {
  const given = textOf(info, 'url')
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Error('URL scheme for HTTP resource type is invalid. HTTP or HTTPS is accepted')
  }
  const allowsPlain = info['allowInsecureDownload'] === true
  if (url.protocol === 'http:' && !allowsPlain) {
    throw new Error(
      "Non secure URL provided and insecure download is not allowed. Provide a secure URL or set 'allowInsecureDownload' to true to perform the download operation",
    )
  }
  const sha256 = readSha256(info)
  const headers = await authorizationFor(url, info, download, world, allowsPlain)
  const answer = await httpGet(url, { headers, signal: download.signal, allowsPlain }, download.connections)
  if (answer.statusCode !== 200) {
    answer.destroy()
    throw new Error(`Failed to download file: Status: ${answer.statusCode} ${answer.statusMessage}`)
  }
  await placeStream(answer, fileAt(download.destination, nameIn(url)), download, sha256)
}

async function authorizationFor(
  url: URL,
  info: SourceInfo,
  { signal, connections }: Download,
  world: DownloadWorld,
  allowsPlain: boolean,
): Promise<Readonly<Record<string, string>>> {
  const method = textOf(info, 'authMethod') || 'None'
  if (method === 'None') return {}
  if (method !== 'Basic' && method !== 'Digest') {
    throw new Error(`Invalid authentication method: ${method}. The following methods are accepted: None, Basic, Digest`)
  }
  const username = await revealSecret(textOf(info, 'username'), world.calls, signal)
  const password = await revealSecret(textOf(info, 'password'), world.calls, signal)
  if (method === 'Basic') {
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
  }
  const answer = await httpGet(url, { signal, allowsPlain, staysThere: true }, connections)
  answer.destroy()
  const challenge = answer.headers['www-authenticate']
  if (answer.statusCode !== 401 || challenge === undefined) {
    throw new Error(
      `Unexpected HTTP response code received ${answer.statusCode} instead of 401 Unauthorized. The requested resources might not require authorization`,
    )
  }
  const nonce = world.newId()
  const uri = `${url.pathname}${url.search}`
  return { authorization: digestAuthorization(challenge, { username, password, uri, nonce }) }
}

/** What the file is called in a folder: as in the URL. */
function nameIn(url: URL): string {
  const last = url.pathname.slice(url.pathname.lastIndexOf('/') + 1)
  return /^[\w.~-]{1,200}$/.test(last) && !/^\.{1,2}$/.test(last) ? last : 'download'
}
