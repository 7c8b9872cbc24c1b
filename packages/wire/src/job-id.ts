import { MessageError } from './message-members.ts'

/** Which command on which node a job is. Neither id may hold a dot: the agent takes the job id apart at its dots. */
export interface JobKey {
  readonly commandId: string
  readonly nodeId: string
}

const idForm = /^[A-Za-z0-9_-]{1,128}$/

/** `aws.ssm.<commandId>.<nodeId>`: the id of a job on a control channel, and of a message of ec2messages. */
export function encodeJobId(job: JobKey): string {
  if (!idForm.test(job.commandId) || !idForm.test(job.nodeId)) throw new MessageError('an id must hold no dot')
  return `aws.ssm.${job.commandId}.${job.nodeId}`
}

export function decodeJobId(jobId: string): JobKey {
  const [aws, ssm, commandId, nodeId, more] = jobId.length > 300 ? [] : jobId.split('.')
  const isOurs = aws === 'aws' && ssm === 'ssm' && commandId !== undefined && nodeId !== undefined && more === undefined
  if (!isOurs || !idForm.test(commandId) || !idForm.test(nodeId))
    throw new MessageError('a job id must be aws.ssm.ID.NODE')
  return { commandId, nodeId }
}
