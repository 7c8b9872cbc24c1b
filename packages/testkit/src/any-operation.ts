import { codecs, type ServiceCodec, type ServiceId } from '@fairlead/wire/codec'
import { type ApiClient, type Connection, elementOf } from './api-client.ts'

/** What an operation said: `OK`, or the code and the text of an error. */
export interface Said {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** Calls `service:Name` in the protocol of its service; answers the error code, or OK. */
export async function codeFor(
  caller: Pick<ApiClient, 'send'>,
  key: string,
  input: Readonly<Record<string, unknown>>,
): Promise<string> {
  return (await saidOf(caller, key, input)).code
}

/** Calls `service:Name` in the protocol of its service, with an input as a client writes it. */
export async function saidOf(
  caller: Pick<ApiClient, 'send'>,
  key: string,
  input: Readonly<Record<string, unknown>>,
  connection: Connection = {},
): Promise<Said> {
  const [service = '', name = ''] = key.split(':')
  const { status, headers, body } = await caller.send({
    service,
    ...requestOf(service as ServiceId, name, input),
    connection,
  })
  if (status < 300) return { status, code: 'OK', message: '' }
  const text = body.toString()
  const type = headers['x-amzn-errortype']
  if (typeof type === 'string') return { status, code: type, message: messageOf(text) }
  const code = /"__type":"([^"]*)|<Code>([^<]*)/.exec(text)?.slice(1).find(Boolean) ?? text
  return { status, code, message: elementOf(text, 'Message') ?? messageOf(text) }
}

function messageOf(text: string): string {
  const { message = '', Message = '' } = JSON.parse(text) as { message?: string; Message?: string }
  return message || Message
}

function requestOf(service: ServiceId, name: string, input: Readonly<Record<string, unknown>>) {
  const codec = codecs[service]
  if (codec.protocol === 'query') {
    const form = new URLSearchParams({ Action: name, Version: codec.apiVersion })
    formOf(input, '', form)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return { headers, body: Buffer.from(form.toString()) }
  }
  if (codec.protocol === 'rest-json') return restRequestOf(codec, name, input)
  const isChannel = codec.protocol === 'rest-channel'
  const headers: Record<string, string> = isChannel
    ? { 'content-type': 'application/json' }
    : { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${codec.targetPrefixes[0]}.${name}` }
  const channel =
    name === 'CreateDataChannel' ? 'data-channel/alice-00000000000000000' : 'control-channel/mi-00000000000000000'
  return { headers, target: isChannel ? `/v1/${channel}` : '/', body: Buffer.from(JSON.stringify(input)) }
}

/** What stands in the path and the query string is not in the body; without an ARN any text will do for one. */
function restRequestOf(codec: ServiceCodec, name: string, input: Readonly<Record<string, unknown>>) {
  const { Arn = 'arn', ...others } = input
  const { method = '', target = '' } = codec.operation(name)?.requestLine({ ...others, Arn }) ?? {}
  const { MaxResults, NextToken, ...bare } = others
  const isPlaced = target.includes('?')
  const body = method === 'GET' ? '' : JSON.stringify(isPlaced ? bare : others)
  return { method, target, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) }
}

/** As the query protocol writes lists and structures. */
function formOf(value: unknown, prefix: string, into: URLSearchParams): void {
  if (Array.isArray(value) && value.length === 0) into.set(prefix, '')
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) formOf(item, `${prefix}.member.${index + 1}`, into)
  else if (typeof value !== 'object' || value === null) {
    if (value !== undefined) into.set(prefix, String(value))
  } else
    for (const [name, item] of Object.entries(value)) formOf(item, prefix === '' ? name : `${prefix}.${name}`, into)
}
