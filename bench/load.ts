import { Connection } from './connection.ts'
import { percentile } from './statistics.ts'

export interface LoadOrder {
  readonly url: string
  readonly request: Buffer
  readonly connections: number
  readonly milliseconds: number
}

export interface LoadResult {
  readonly requests: number
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

/** So many connections, each sending the request again as soon as it has its answer. Rejects unless every answer is 200. */
export async function load({ url, request, connections, milliseconds }: LoadOrder): Promise<LoadResult> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)))
  const latencies: number[] = []
  const began = performance.now()
  const until = began + milliseconds
  try {
    await Promise.all(
      open.map(async (connection) => {
        for (let sent = performance.now(); sent < until; ) {
          const { status, body } = await connection.exchange(request)
          if (status !== 200) throw new Error(`an answer of ${status}: ${body.toString().slice(0, 300)}`)
          const answered = performance.now()
          latencies.push(answered - sent)
          sent = answered
        }
      }),
    )
  } finally {
    for (const connection of open) connection.close()
  }
  const seconds = (performance.now() - began) / 1000
  return {
    requests: latencies.length,
    perSecond: latencies.length / seconds,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
  }
}
