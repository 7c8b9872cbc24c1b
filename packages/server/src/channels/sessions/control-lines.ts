import type { MessageToAgent } from '@fairlead/wire/control-message'

/** The way to the control channels of nodes. */
export interface ControlLines {
  isOpen(nodeId: string): boolean
  /** False when no channel is open or the node does not keep up. */
  send(nodeId: string, type: MessageToAgent, payload: Uint8Array): boolean
}
