import type { Agent as PlainAgent } from 'node:http'
import type { Agent as TlsAgent } from 'node:https'
import { getCACertificates } from 'node:tls'
import { http, https } from '../../api/node-http.ts'
import type { HttpSettings } from './source.ts'

/** The connections of one download: the next file comes on the one that brought the last. */
export class HttpConnections {
  readonly #settings: HttpSettings
  #plain: PlainAgent | undefined
  #tls: TlsAgent | undefined

  constructor(settings: HttpSettings) {
    this.#settings = settings
  }

  agentFor({ protocol }: URL): PlainAgent {
    const { environment, certificateAuthority } = this.#settings
    const options = { proxyEnv: { ...environment }, keepAlive: true }
    if (protocol !== 'https:') {
      this.#plain ??= new http.Agent(options)
      return this.#plain
    }
    if (this.#tls === undefined) {
      const ca = certificateAuthority === undefined ? {} : { ca: [...getCACertificates(), certificateAuthority] }
      this.#tls = new https.Agent({ ...options, ...ca })
    }
    return this.#tls
  }

  close(): void {
    this.#plain?.destroy()
    this.#tls?.destroy()
  }
}
