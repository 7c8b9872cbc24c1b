import type { Blobs } from '../../blobs/blobs.ts'
import { namesStepsByPlugin } from '../../domain/document-catalogue.ts'
import type { Invocation, InvocationDetails, InvocationStatus, PluginRecord } from '../../domain/invocation.ts'
import { isOver, isTerminal } from '../../domain/invocation.ts'

/** What a step is called: by its own name, or by its plugin's where AWS knows no other. */
export function pluginName(documentName: string, { step, plugin }: Pick<PluginRecord, 'step' | 'plugin'>): string {
  return namesStepsByPlugin(documentName) && plugin !== '' ? plugin : step
}

/** Reports of steps overtake each other: here they are in the order of their document, and what it does not have at the end. */
export function inDocumentOrder(
  plugins: readonly PluginRecord[],
  steps: readonly Pick<PluginRecord, 'step'>[],
): readonly PluginRecord[] {
  const places = new Map(steps.map(({ step }, place) => [step, place]))
  const placeOf = ({ step }: PluginRecord) => places.get(step) ?? steps.length
  return plugins.toSorted((one, other) => placeOf(one) - placeOf(other))
}

/** A step's own status in the words of the API; agents have two more. */
export function stepStatus({
  status,
}: PluginRecord): 'Pending' | 'InProgress' | 'Success' | 'TimedOut' | 'Cancelled' | 'Failed' {
  switch (status) {
    case 'Success':
    case 'Skipped':
      return 'Success'
    case 'TimedOut':
    case 'Cancelled':
    case 'Failed':
      return status
    case 'NotStarted':
      return 'Pending'
    default:
      return 'InProgress'
  }
}

export function stepDetails(record: PluginRecord): string {
  const status = stepStatus(record)
  return status === 'TimedOut' ? 'ExecutionTimedOut' : status
}

export interface StepStanding {
  readonly status: InvocationStatus
  readonly details: InvocationDetails | string
  /** -1 until there is one, also when the command never ran. */
  readonly code: number
}

/**
 * Where a step stands in a document of so many. One of several has its own end as soon as it has come to it, whatever
 * becomes of the others; a lone one shares that of its invocation.
 */
export function standingOfStep(
  { status, details }: Invocation,
  record: PluginRecord | undefined,
  steps: number,
): StepStanding {
  if (record && steps > 1 && isOver(record.status)) {
    return { status: stepStatus(record), details: stepDetails(record), code: record.code }
  }
  return { status, details, code: record && isTerminal(status) ? record.code : -1 }
}

/** What a step has written, or an empty text when there was nothing or it is no longer kept. */
export async function outputText(blobs: Blobs, ref: string | undefined): Promise<string> {
  const bytes = ref === undefined ? undefined : await blobs.get(ref)
  return bytes === undefined ? '' : new TextDecoder().decode(bytes)
}
