import type { IncomingMessage } from 'node:http'

/** Thrown when a body is longer than this server takes; the rest of it is not read. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** Thrown when the caller went away before its body was whole: nobody is left to be answered. */
export class BodyCutShort extends Error {
  override readonly name = 'BodyCutShort'
}

/** The whole body, at most `limit` bytes; chunked or with a length. */
export function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  const announced = Number(request.headers['content-length'] ?? '0')
  if (announced > limit) return Promise.reject(new BodyTooLarge(`${announced} bytes announced, ${limit} allowed`))

  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let length = 0
    request.on('data', (part: Buffer) => {
      length += part.length
      if (length > limit) {
        request.pause()
        request.removeAllListeners('data')
        reject(new BodyTooLarge(`more than ${limit} bytes`))
        return
      }
      parts.push(part)
    })
    request.on('end', () => resolve(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)))
    request.on('error', (cause) => reject(new BodyCutShort('the connection broke within the body', { cause })))
    request.on('aborted', () => reject(new BodyCutShort('the caller went away before its body was whole')))
  })
}
