import type { IncomingMessage } from 'node:http'

/** Thrown when a body is longer than this server takes; the rest of it is not read. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** Thrown when the caller went away before its body was whole: nobody is left to be answered. */
export class BodyCutShort extends Error {
  override readonly name = 'BodyCutShort'
}

/** Thrown when others hold all the memory that there is for bodies. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused'
}

/** What a body may hold before it draws on what all share: agents' requests are far smaller. */
const ownBytes = 64 * 1024

/**
 * Reads bodies. They come in before anybody knows who sends them, so what all of them hold together
 * is bounded: whoever opens connections and never ends its bodies gets no more of our memory than that.
 */
export class BodyReader {
  readonly #limit: number
  #left: number

  /** `limit` is for one body, `shared` for what all that are being read hold beyond 64 KiB each; in bytes. */
  constructor(limit: number, shared: number) {
    this.#limit = limit
    this.#left = shared
  }

  /** The whole body, chunked or with a length. Rejects with one of the errors above. */
  async read(request: IncomingMessage): Promise<Uint8Array> {
    let drawn = 0
    const draw = (bytes: number): boolean => {
      if (bytes > this.#left) return false
      this.#left -= bytes
      drawn += bytes
      return true
    }
    try {
      return await readBody(request, this.#limit, draw)
    } finally {
      this.#left += drawn
    }
  }
}

function readBody(request: IncomingMessage, limit: number, draw: (bytes: number) => boolean): Promise<Uint8Array> {
  const announced = Number(request.headers['content-length'] ?? '0')
  if (announced > limit) return Promise.reject(new BodyTooLarge(`${announced} bytes announced, ${limit} allowed`))

  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let length = 0
    const stop = (error: Error) => {
      request.pause()
      request.removeAllListeners('data')
      parts.length = 0
      reject(error)
    }
    request.on('data', (part: Buffer) => {
      length += part.length
      if (length > limit) stop(new BodyTooLarge(`more than ${limit} bytes`))
      else if (!draw(Math.min(part.length, Math.max(0, length - ownBytes)))) {
        stop(new BodyRefused('too many long bodies are being read'))
      } else parts.push(part)
    })
    request.on('end', () => resolve(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)))
    request.on('error', (cause) => reject(new BodyCutShort('the connection broke within the body', { cause })))
    request.on('aborted', () => reject(new BodyCutShort('the caller went away before its body was whole')))
  })
}
