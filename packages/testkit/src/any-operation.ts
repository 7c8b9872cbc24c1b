import { codecs, type ServiceId } from '@fairlead/wire/codec'
import type { ApiClient } from './api-client.ts'

/** Calls `service:Name` in the protocol of its service; answers the error code, or OK. */
export async function codeFor(
  caller: ApiClient,
  key: string,
  input: Readonly<Record<string, unknown>>,
): Promise<string> {
  const [service = '', name = ''] = key.split(':')
  const codec = codecs[service as ServiceId]
  if (codec.protocol === 'query') {
    const form = new URLSearchParams({ Action: name, Version: codec.apiVersion })
    formOf(input, '', form)
    const text = form.toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await caller.send({ service, headers, body: Buffer.from(text) })
    return answer.status === 200 ? 'OK' : (/<Code>([^<]*)/.exec(answer.body.toString())?.[1] ?? String(answer.status))
  }
  const isChannel = codec.protocol === 'rest-channel'
  const headers: Record<string, string> = isChannel
    ? { 'content-type': 'application/json' }
    : { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${codec.targetPrefixes[0]}.${name}` }
  const channel =
    name === 'CreateDataChannel' ? 'data-channel/alice-00000000000000000' : 'control-channel/mi-00000000000000000'
  const target = isChannel ? `/v1/${channel}` : '/'
  const answer = await caller.send({ service, headers, target, body: Buffer.from(JSON.stringify(input)) })
  if (answer.status < 300) return 'OK'
  const body = answer.body.toString()
  return /"__type":"([^"]*)|<Code>([^<]*)/.exec(body)?.slice(1).find(Boolean) ?? body
}

/** As the query protocol writes lists and structures. */
function formOf(value: unknown, prefix: string, into: URLSearchParams): void {
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) formOf(item, `${prefix}.member.${index + 1}`, into)
  else if (typeof value !== 'object' || value === null) into.set(prefix, String(value))
  else for (const [name, item] of Object.entries(value)) formOf(item, prefix === '' ? name : `${prefix}.${name}`, into)
}
