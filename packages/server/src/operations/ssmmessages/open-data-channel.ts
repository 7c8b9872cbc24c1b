import type { Operation } from '../operation.ts'

/**
 * OpenDataChannel: the upgrade to a websocket, of a node or of a client. The gateway lets a node in as it does on the
 * control channel; a client's proof is the token that StartSession or ResumeSession gave it.
 */
export const openDataChannel: Operation<{ readonly ChannelId: string }, Record<string, never>> = {
  service: 'ssmmessages',
  name: 'OpenDataChannel',
  action: 'ssmmessages:OpenDataChannel',

  resources: () => [{ resource: '*' }],

  async handle() {
    return {}
  },
}
