/** One thing for a node to do, as its agent gets it: on the control channel, or as a message it polls for. */
export interface NodeJob {
  /** `aws.ssm.<commandId>.<nodeId>`; the agent de-duplicates by it. */
  readonly jobId: string
  readonly kind: 'send' | 'cancel'
  /** JSON text, see domain/job.ts. */
  readonly content: string
  readonly topic: string
}

/** The way to nodes. Implemented by channels, used by dispatch. */
export interface NodeLinks {
  isOpen(nodeId: string): boolean
  /** Hands a job to the node's newest control channel; false when there is none or it is full: try later. */
  sendJob(nodeId: string, job: NodeJob): boolean
}
