import { CliError } from '../cli-error.ts'

/** From where to where a port is forwarded. */
export interface ForwardRoute {
  /** 0 for any that is free. */
  readonly localPort: number
  /** As the node sees it; undefined for the node itself. */
  readonly host: string | undefined
  readonly port: number
}

/**
 * Reads `[LOCAL:][HOST:]PORT`, the host with brackets if it has colons. Two parts of which the first is a number are a local
 * port and one of the node. Throws CliError.
 */
export function readForward(route: string): ForwardRoute {
  const [, local, bracketed, plain, target = ''] =
    /^(?:(\d{1,5}):)?(?:(?:\[([0-9A-Fa-f:.]{1,64})\]|([^:[\]\s]{1,255})):)?(\d{1,5})$/.exec(route) ?? []
  const localPort = Number(local ?? 0)
  const port = Number(target)
  if (port < 1 || port > 65_535 || localPort > 65_535) {
    throw new CliError(`${route} is no route. Write PORT, LOCAL:PORT, HOST:PORT or LOCAL:HOST:PORT.`)
  }
  return { localPort, host: bracketed ?? plain, port }
}
