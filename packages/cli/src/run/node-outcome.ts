/** How a command went on a node. */
export interface NodeOutcome {
  readonly nodeId: string
  /** What its machine calls itself; empty when it has not said. */
  readonly name: string
  readonly status: string
  /** In AWS's words: Success, Failed, ExecutionTimedOut, AccessDenied … */
  readonly details: string
  /** Of the command itself; undefined when it did not run there or has not ended. */
  readonly exitCode: number | undefined
  /** Of all steps of the document, one after another. */
  readonly stdout: string
  readonly stderr: string
  readonly steps: readonly StepText[]
  /** The server shows the beginning of the output only. */
  readonly isCut: boolean
}

/** What a step wrote, as far as the server shows it. */
export interface StepText {
  /** As the API names it. */
  readonly step: string
  readonly stdout: string
  readonly stderr: string
}

/** With what the server ends an output of which it shows the beginning only. */
export const cutMark = '--output truncated--'

const unended: ReadonlySet<string> = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling'])

export function hasEnded({ status }: Pick<NodeOutcome, 'status'>): boolean {
  return !unended.has(status)
}
