/**
 * The way to nodes and clients that operations on sessions need. Implemented by channels; what the node
 * is told follows from the hints of the session store.
 */
export interface SessionLinks {
  /** Whether the node's control channel is open. */
  isConnected(nodeId: string): boolean
  /** Whether the server began so lately that agents which are well may still be coming back. */
  readonly isYoung: boolean
  /** Whether the agent that holds the node's control channel writes a log of each encrypted session, on the node. */
  keepsSessionLogs(nodeId: string): boolean
  /** A token that opens the client's side of the session's data channel: single-use, short-lived, 300 characters at most. */
  issueClientToken(sessionId: string): string
  /** The same for the node's side. */
  issueNodeToken(sessionId: string): string
  /** Where the client opens the data channel, `wss://HOST/v1/data-channel/ID?role=publish_subscribe`. */
  streamUrl(sessionId: string): string
}

/**
 * The links as one caller sees them: without a configured public URL, its stream goes where its request
 * went.
 *
 * @param calledUrl scheme, host and port that the caller used, as `http://127.0.0.1:7070`
 */
export type SessionLinksFor = (calledUrl: string) => SessionLinks
