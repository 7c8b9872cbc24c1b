/** Who was let in to open one side of a session's data channel. A client needs no more than its token, which comes later. */
export type DataChannelAdmission =
  | (ChannelAdmission & { readonly side: 'node'; readonly sessionId: string })
  | { readonly side: 'client'; readonly sessionId: string }

/** Which node was let in to open a channel, and whether that still holds. */
export interface ChannelAdmission {
  readonly nodeId: string
  /**
   * Whether the node would be let in again: it and its role exist and the role allows it. That its
   * keys have expired does not matter: a channel outlives them (agent reference, 10.4). Rejects when
   * it cannot be told.
   */
  isStillGood(): Promise<boolean>
}
