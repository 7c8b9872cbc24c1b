import type { Command } from '../../domain/command.ts'
import { namesStepsByPlugin } from '../../domain/document-catalogue.ts'
import { isOver, type PluginRecord } from '../../domain/invocation.ts'

/** Where the output of one step would be in S3, as agents lay it out. */
export interface OutputPlaces {
  readonly stdoutUrl: string
  readonly stderrUrl: string
  readonly bucket: string
  /** Of the plugin on this node: PREFIX/COMMAND/NODE/PLUGIN. */
  readonly keyPrefix: string
}

const nowhere: OutputPlaces = { stdoutUrl: '', stderrUrl: '', bucket: '', keyPrefix: '' }

/** All empty without a bucket; the URLs until the step has ended, too. */
export function outputPlaces(
  { commandId, documentName, settings = {} }: Command,
  nodeId: string,
  record: Pick<PluginRecord, 'step' | 'plugin' | 'status'> | undefined,
  region: string,
): OutputPlaces {
  const { bucket, keyPrefix = '' } = settings
  if (bucket === undefined || !record) return nowhere
  const folder = record.plugin.replaceAll(':', '')
  const place = [...keyPrefix.split('/'), commandId, nodeId, folder].filter((part) => part !== '').join('/')
  if (!isOver(record.status)) return { ...nowhere, bucket, keyPrefix: place }
  // Scripts without a name of their own are numbered: what looks for their output leans on it.
  const step =
    namesStepsByPlugin(documentName) && /^aws:run(?:Shell|PowerShell)Script$/.test(record.plugin)
      ? `0.${folder}`
      : record.step
  const url = `https://s3.${region}.amazonaws.com/${bucket}/${place.split('/').map(encodeURIComponent).join('/')}/${encodeURIComponent(step)}`
  return { stdoutUrl: `${url}/stdout`, stderrUrl: `${url}/stderr`, bucket, keyPrefix: place }
}
