import type { Operation } from '../operation.ts'

/**
 * OpenControlChannel: the upgrade to a websocket. The gateway authenticates and authorises it like
 * any request and then hands the socket to the channels, so there is nothing left to do here.
 */
export const openControlChannel: Operation<{ readonly ChannelId: string }, Record<string, never>> = {
  service: 'ssmmessages',
  name: 'OpenControlChannel',
  action: 'ssmmessages:OpenControlChannel',

  resources: () => [{ resource: '*' }],

  async handle() {
    return {}
  },
}
