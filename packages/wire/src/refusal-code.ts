/** What a server does about a refused job: send it again later, take it as delivered, or end it. */
export type RefusalRemedy = 'redeliver' | 'delivered' | 'fail'

export interface Refusal {
  readonly name: string
  readonly meaning: string
  readonly remedy: RefusalRemedy
}

/** The status code by which an agent takes a job. */
export const accepted = '200'

const codes = {
  51401: refusal('redeliver', 'ClosedProcessor', 'the agent is stopping'),
  51402: refusal('redeliver', 'ProcessorBufferFull', 'the agent runs and queues as many commands as it can'),
  51403: refusal('fail', 'UnexpectedDocumentType', 'the agent does not know this type of document'),
  51404: refusal('fail', 'ProcessorErrorCodeTranslationFailed', 'the agent could not say why it refuses'),
  51405: refusal('delivered', 'DuplicateCommand', 'the agent has or had this command already'),
  51406: refusal('fail', 'InvalidDocument', 'the document is not valid for the agent'),
  51407: refusal('fail', 'ContainerNotSupported', 'the agent runs in a container and takes no commands'),
  51408: refusal('fail', 'AgentJobMessageParseError', 'the agent could not read the job'),
  51499: refusal('redeliver', 'UnexpectedError', 'something went wrong in the agent before it took the job'),
} as const satisfies Readonly<Record<number, Refusal>>

/** Every code but 200 that an agent may put into an agent_job_ack. */
export type RefusalCode = `${keyof typeof codes}`

export const refusals: Readonly<Record<RefusalCode, Refusal>> = codes

/** What a code means. A code that nobody knows is like 51499: the agent does not have the job. */
export function refusalOf(statusCode: string): Refusal | undefined {
  if (statusCode === accepted) return undefined
  return isKnown(statusCode) ? refusals[statusCode] : refusals['51499']
}

function isKnown(statusCode: string): statusCode is RefusalCode {
  return Object.hasOwn(refusals, statusCode)
}

function refusal(remedy: RefusalRemedy, name: string, meaning: string): Refusal {
  return { name, meaning, remedy }
}
