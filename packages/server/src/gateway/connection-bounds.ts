import type { IncomingMessage } from 'node:http'

/** Bounds that hold for every connection, whoever it comes from. */
export const connectionBounds = {
  // 64 KiB: a presigned URL with a session token fits several times over
  maxHeaderSize: 64 * 1024,
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  // How often Node looks whom the two above are about; its 30 seconds would more than double them.
  connectionsCheckingInterval: 5_000,
  // Of TLS; Node's own is two minutes.
  handshakeTimeout: 20_000,
  keepAliveTimeout: 75_000,
  // Some clients offer HTTP/2 with every request in the clear; they are answered as if they had not.
  shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
}

export const mostHeaders = 200
