import { reportsOf, success } from '@fairlead/testkit/simulated-reports'
import { type AgentJob, encodeAgentJobReply, encodeJobId } from '@fairlead/wire/control-message'

const placeholder = { commandId: 'COMMAND', nodeId: 'NODE' }

/**
 * The replies of Amazon's agent to a command of one step, made once and filled in: building them anew would cost the load
 * more than the server spends on them.
 */
export function cannedReplies(at: Date): (job: AgentJob) => readonly Uint8Array[] {
  const step = { name: 'runShellScript', plugin: 'aws:runShellScript' }
  const halves = reportsOf(step, success, at).map((content) => {
    const payload = encodeAgentJobReply({ ...placeholder, kind: 'sendCommand', content })
    const [head = '', tail = ''] = Buffer.from(payload).toString().split(encodeJobId(placeholder))
    return { head, tail }
  })
  return (job) => halves.map(({ head, tail }) => Buffer.from(head + encodeJobId(job) + tail))
}
