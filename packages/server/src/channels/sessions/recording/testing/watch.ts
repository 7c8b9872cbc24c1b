import type { ApiClient } from '@fairlead/testkit/api-client'
import { eventually } from '@fairlead/testkit/eventually'

export type CastLine = readonly [seconds: number, code: string, data: string]

export interface Cast {
  readonly header: Readonly<Record<string, unknown>>
  readonly lines: readonly CastLine[]
  readonly pages: number
  readonly text: string
}

/** A whole recording as it is now, page by page, checked to be asciicast v2 line by line. */
export async function watch(api: ApiClient, SessionId: string): Promise<Cast> {
  let text = ''
  let pages = 0
  let NextToken: string | undefined
  do {
    const answer = await api.call('fairlead', 'GetRecording', { SessionId, NextToken })
    text += Buffer.from(answer.Content ?? []).toString()
    NextToken = answer.NextToken
    pages++
  } while (NextToken !== undefined)
  return { ...readCast(text), pages, text }
}

/** Throws unless a text is asciicast v2. */
export function readCast(text: string): Pick<Cast, 'header' | 'lines'> {
  if (!text.endsWith('\n')) throw new Error('the last line is cut')
  const [first = '', ...rest] = text.slice(0, -1).split('\n')
  const header = JSON.parse(first) as Record<string, unknown>
  const isNumber = (value: unknown) => Number.isInteger(value) && Number(value) > 0
  if (header['version'] !== 2 || !isNumber(header['width']) || !isNumber(header['height'])) throw new Error(first)
  let last = 0
  const lines = rest.map((line) => {
    const [at, code, data, ...more] = JSON.parse(line) as [unknown, unknown, unknown]
    const isLine = typeof at === 'number' && at >= last && typeof code === 'string' && typeof data === 'string'
    if (!isLine || more.length > 0 || !/^[oirm]$/.test(code)) throw new Error(`no line of asciicast: ${line}`)
    if (code === 'r' && !/^\d+x\d+$/.test(data)) throw new Error(`no size: ${line}`)
    last = at
    return [at, code, data] as const
  })
  return { header, lines }
}

/** All output in one. */
export function outputOf({ lines }: Pick<Cast, 'lines'>): string {
  return lines.flatMap(([, code, data]) => (code === 'o' ? [data] : [])).join('')
}

/** The recording, as soon as it holds exactly this output. */
export async function untilOutput(api: ApiClient, sessionId: string, output: string) {
  return await eventually(
    async () => {
      const cast = await watch(api, sessionId).catch(() => undefined)
      return cast && outputOf(cast) === output ? cast : undefined
    },
    `a recording of ${output.slice(0, 40)}`,
  )
}

/** What ListRecordings tells of it once it has ended. */
export async function untilEnded(api: ApiClient, sessionId: string) {
  return await eventually(async () => {
    const { Recordings = [] } = await api.call('fairlead', 'ListRecordings', {})
    return Recordings.find(({ SessionId, EndDate }) => SessionId === sessionId && EndDate !== undefined)
  }, 'the recording has ended')
}
