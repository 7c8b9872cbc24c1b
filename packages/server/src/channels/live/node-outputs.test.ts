import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeAgentJobWatch, type MessageToAgent } from '@fairlead/wire/control-message'
import { ManualClock } from '../../../../testkit/src/manual-clock.ts'
import type { LiveLines } from './live-job.ts'
import { LiveSlots } from './live-slots.ts'
import { NodeOutputs } from './node-outputs.ts'

const commandId = '00000000-0000-4000-8000-000000000000'

/** Agents that hear what they are asked and do nothing. */
class Asked implements LiveLines {
  readonly watched = new Set<string>()
  readonly left = new Set<string>()

  isOpen(): boolean {
    return true
  }

  sendsLiveOutput(): boolean {
    return true
  }

  send(nodeId: string, type: MessageToAgent, payload: Uint8Array): boolean {
    if (type !== 'agent_job_watch') return true
    const { from } = decodeAgentJobWatch(payload)
    if (from === undefined) this.left.add(nodeId)
    else this.watched.add(nodeId)
    return true
  }
}

function world(slots = new LiveSlots()) {
  const [clock, lines] = [new ManualClock(), new Asked()]
  const nodeIds = Array.from({ length: 300 }, (_, place) => `mi-${place}`)
  const outputs = new NodeOutputs(commandId, nodeIds, { clock, lines, slots, tell() {} })
  for (const place of nodeIds.keys()) outputs.begun(place)
  return { clock, lines, nodeIds, outputs, slots }
}

test('of many nodes so many are asked at a time; those that are through make room', () => {
  const { clock, lines, outputs, slots } = world()
  clock.advance(1_000)
  assert.equal(lines.watched.size, 0, 'nobody wants output')
  outputs.read(new Map())
  clock.advance(1_000)
  assert.equal(lines.watched.size, 256)

  for (let place = 0; place < 10; place++) {
    outputs.hear(place, { commandId, nodeId: `mi-${place}`, end: 'sent' })
    outputs.ended(place)
  }
  outputs.read(new Map())
  clock.advance(1_000)
  assert.equal(lines.watched.size, 266)
  assert.deepEqual([outputs.logs.size, slots.taken], [256, 256])

  outputs.stop()
  assert.deepEqual([lines.left.size, slots.taken], [256, 0])
})

test('what one command holds the others do not get', () => {
  const slots = new LiveSlots(260)
  const [first, second] = [world(slots), world(slots)]
  for (const { clock, outputs } of [first, second]) {
    outputs.read(new Map())
    clock.advance(1_000)
  }
  assert.deepEqual([first.lines.watched.size, second.lines.watched.size], [256, 4])
  first.outputs.stop()
  second.outputs.read(new Map())
  second.clock.advance(1_000)
  assert.equal(second.lines.watched.size, 256)
})
