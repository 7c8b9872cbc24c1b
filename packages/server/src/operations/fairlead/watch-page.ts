import { longestOutput, type OutputPosition, outputStart } from '@fairlead/wire/control-message'
import type { EndedNode, OutputPiece } from '@fairlead/wire/model/generated/fairlead'
import type { Command } from '../../domain/command.ts'
import type { LivePiece, WatchedCommand } from '../../domain/command-watches.ts'
import type { Invocation } from '../../domain/invocation.ts'
import type { Context } from '../operation.ts'
import { inDocumentOrder, pluginName } from '../ssm/invocation-steps.ts'
import { stepsOf } from '../ssm/steps-of-command.ts'
import { storedOutput } from './stored-output.ts'
import type { WatchPlace } from './watch-place.ts'

const mostEnded = 1_000
/** Of output, as JSON; with that of one more node at most. */
const mostPageBytes = 800_000
/** What one byte of output may become in JSON. */
const longestEscape = 6
/** Of so many nodes the stored output is read at a time. */
const readTogether = 16

/** One answer to somebody who watches a command. What goes into it moves their place on. */
export class WatchPage {
  readonly ended: EndedNode[] = []
  readonly output: OutputPiece[] = []
  readonly #command: Command
  readonly #watched: WatchedCommand
  readonly #place: WatchPlace
  readonly #withOutput: boolean
  #room = mostPageBytes

  constructor(command: Command, watched: WatchedCommand, place: WatchPlace, withOutput: boolean) {
    this.#command = command
    this.#watched = watched
    this.#place = place
    this.#withOutput = withOutput
  }

  /** Whether there is anything to put into it. */
  get hasNews(): boolean {
    if (this.#withOutput) {
      for (const [place, output] of this.#watched.outputs) {
        if (!this.#place.told.has(place) && output.hasAfter(this.#position(place))) return true
      }
    }
    return !this.#tellable().next().done
  }

  /** Whether there is so much that waiting for more would only hold it up. */
  get hasMuch(): boolean {
    if (!this.#withOutput) return false
    for (const [place, output] of this.#watched.outputs) {
      if (!this.#place.told.has(place) && output.bytesAfter(this.#position(place)) >= longestOutput) return true
    }
    return false
  }

  async fill(context: Context): Promise<void> {
    if (this.#withOutput) this.#addLive()
    await this.#addEnded(context)
  }

  #addLive(): void {
    for (const [place, output] of this.#watched.outputs) {
      if (this.#place.told.has(place)) continue
      const most = Math.floor(this.#room / longestEscape)
      if (most < longestOutput) return
      const { pieces, next } = output.after(this.#position(place), most)
      this.#place.read.set(place, next)
      this.#add(this.#watched.nodeIds[place] ?? '', pieces)
    }
  }

  async #addEnded({ store, blobs }: Context): Promise<void> {
    const places: number[] = []
    for (const place of this.#tellable()) if (places.push(place) === mostEnded) break
    const nodeIds = places.map((place) => this.#watched.nodeIds[place] ?? '')
    const found = await store.commands.findInvocations(this.#command.commandId, nodeIds)
    // Positions count the steps in the order of the document.
    const steps = found.some(({ plugins }) => plugins.length > 1) ? await stepsOf(this.#command, store.commands) : []
    const invocations = new Map(
      found.map((invocation) => {
        const plugins = inDocumentOrder(invocation.plugins, steps)
        return [invocation.nodeId, { ...invocation, plugins }]
      }),
    )
    for (let from = 0; from < places.length && this.#room > 0; from += readTogether) {
      const some = places.slice(from, from + readTogether).map(async (place) => {
        const invocation = invocations.get(this.#watched.nodeIds[place] ?? '')
        const isWhole = !this.#withOutput || this.#watched.outputs.get(place)?.state === 'sent'
        const stored = invocation && !isWhole ? await storedOutput(invocation, this.#position(place), blobs) : undefined
        return { place, invocation, stored }
      })
      for (const { place, invocation, stored } of await Promise.all(some)) {
        if (this.#room <= 0) return
        // Whoever watches sees all of it, as if the command had taken longer; and who has begun to read goes on.
        const from = this.#position(place)
        const isWanted = stored !== undefined && (stored.isCut || !isStart(from))
        if (isWanted && this.#watched.askRest(place, from)) continue
        this.#place.told.add(place)
        this.#place.read.delete(place)
        // Dropped with its command in the meantime.
        if (invocation === undefined) continue
        this.#add(invocation.nodeId, stored?.pieces ?? [])
        this.ended.push(describeEnd(invocation))
      }
    }
  }

  /** Nodes whose end has not been told, and whose output has. */
  *#tellable(): Generator<number> {
    for (const place of this.#watched.ended.without(this.#place.told)) {
      const output = this.#withOutput ? this.#watched.outputs.get(place) : undefined
      if (output !== undefined && (output.state === 'running' || output.hasAfter(this.#position(place)))) continue
      yield place
    }
  }

  #position(place: number) {
    return this.#place.read.get(place) ?? outputStart
  }

  #add(nodeId: string, pieces: readonly LivePiece[]): void {
    for (const { stepName: step, plugin, stream, offset, bytes, missed } of pieces) {
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
      this.#room -= Buffer.byteLength(JSON.stringify(text)) + 200
      this.output.push({
        InstanceId: nodeId,
        PluginName: pluginName(this.#command.documentName, { step, plugin }),
        Stream: stream,
        Offset: offset,
        Text: text,
        ...(missed > 0 ? { Missed: missed } : {}),
      })
    }
  }
}

function isStart({ step, stdout, stderr }: OutputPosition): boolean {
  return step === 0 && stdout === 0 && stderr === 0
}

function describeEnd({ nodeId, status, details, plugins }: Invocation): EndedNode {
  return { InstanceId: nodeId, Status: status, StatusDetails: details, ResponseCode: codeOf(plugins) }
}

/** Of the step that decided how it ended: the first that did not go well, or the last. -1 when none ran. */
function codeOf(plugins: Invocation['plugins']): number {
  const bad = plugins.find(({ status }) => status === 'Failed' || status === 'TimedOut' || status === 'Cancelled')
  return (bad ?? plugins.at(-1))?.code ?? -1
}
