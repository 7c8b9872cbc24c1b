import {
  type AgentJob,
  decodeCommandContent,
  type PluginStatus,
  type ReplyContent,
} from '@fairlead/wire/control-message'

/** How a step of a simulated command ends. */
export interface SimulatedOutcome {
  readonly status: Extract<PluginStatus, 'Success' | 'Failed' | 'TimedOut' | 'Cancelled'>
  readonly code: number
  readonly standardOutput: string
  readonly standardError: string
}

export const success: SimulatedOutcome = { status: 'Success', code: 0, standardOutput: 'done\n', standardError: '' }

const agent = { name: 'amazon-ssm-agent', version: '3.2.2303.0', language: 'en-US', os: 'linux', osVersion: '1' }

/**
 * What Amazon's agent reports on a command of one step, in its order: it has begun, the step has ended, the document has
 * ended. The last names the step again.
 */
export function reportsOf(step: StepName, outcome: SimulatedOutcome, at: Date): readonly ReplyContent[] {
  const { status, code, standardOutput, standardError } = outcome
  const plugins = new Map([
    [
      step.name,
      {
        status,
        code,
        name: step.plugin,
        output: standardOutput + standardError,
        standardOutput,
        standardError,
        startedAt: at,
        endedAt: at,
        outputS3BucketName: '',
        outputS3KeyPrefix: '',
      },
    ],
  ])
  const report = { documentTraceOutput: '', agent, sentAt: at }
  return [
    { ...report, documentStatus: 'InProgress', plugins: new Map() },
    { ...report, documentStatus: 'InProgress', plugins },
    { ...report, documentStatus: status, plugins },
  ]
}

export interface StepName {
  readonly name: string
  /** `aws:runShellScript` */
  readonly plugin: string
}

/** The first step of a job's document; a script step when it cannot be told. */
export function stepOf(job: AgentJob): StepName {
  const { mainSteps, runtimeConfig } = decodeCommandContent(job.content).documentContent
  const [first] = Array.isArray(mainSteps) ? (mainSteps as readonly unknown[]) : []
  if (typeof first === 'object' && first !== null && 'name' in first && 'action' in first) {
    return { name: String(first.name), plugin: String(first.action) }
  }
  const [plugin = 'aws:runShellScript'] =
    typeof runtimeConfig === 'object' && runtimeConfig !== null ? Object.keys(runtimeConfig) : []
  return { name: plugin, plugin }
}
