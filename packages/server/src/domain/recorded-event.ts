/**
 * One thing that was recorded of a session. `output`, `error` and `input` hold bytes as they were sent, cut anywhere;
 * `resize` holds `COLUMNSxROWS`, `exit` what the agent says of a command's exit code; `note` and `cut` hold words for whoever
 * watches, `cut` being the last of its recording. A `mark` holds nothing: it stands for a frame that nobody sees.
 */
export interface RecordedEvent {
  readonly kind: RecordedKind
  /** Milliseconds since the recording began; it never falls. */
  readonly atMs: number
  /** The number of the frame that it came in, counted for each side; of a `note` how many bytes are missing. */
  readonly number: number
  readonly bytes: Uint8Array
}

export type RecordedKind = 'output' | 'error' | 'input' | 'resize' | 'note' | 'cut' | 'exit' | 'mark'

/** How many bytes of the session it holds. */
export function sessionBytes({ kind, bytes }: RecordedEvent): number {
  return kind === 'output' || kind === 'error' || kind === 'input' ? bytes.length : 0
}
