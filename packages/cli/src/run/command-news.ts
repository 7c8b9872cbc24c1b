/** What has become known of a command since the last time. */
export interface CommandNews {
  readonly counts: { readonly target: number; readonly completed: number; readonly failed: number }
  readonly ended: readonly EndedNode[]
  readonly output: readonly OutputPiece[]
}

export interface EndedNode {
  readonly nodeId: string
  readonly status: string
  readonly details: string
}

/** Something that a node wrote while the command runs there. */
export interface OutputPiece {
  readonly nodeId: string
  /** The step of the document, as the API names it. */
  readonly step: string
  readonly stream: 'stdout' | 'stderr'
  /** Where in the stream it begins, in bytes. */
  readonly offset: number
  readonly text: string
  /** So much was lost before it, in bytes. */
  readonly missed: number
}
