/**
 * As which version of Amazon's plugin ours answers. The AWS CLI hands over the token in the environment, and not for all to
 * see in the arguments, from 1.2.536 on; agents multiplex ports from 1.1.70 on, without keepalive after 1.2.331. Later than
 * any of 1.2 that there is, since what those mended is right here too, and before whatever 1.3 may bring.
 */
export const clientVersion = '1.2.999.0'

/** Ours, which says its name in the handshake, knows streams that are half open. */
export function isOurAgent(agentName: string | undefined): boolean {
  return agentName === 'fairlead'
}

/** True from agents on that multiplex port sessions without keepalive: 3.1.1512.0. */
export function canMultiplex(agentVersion: string): boolean {
  const parts = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})\.\d{1,9}$/.exec(agentVersion)
  if (parts === null) return false
  const [major = 0, minor = 0, patch = 0] = parts.slice(1).map(Number)
  if (major !== 3) return major > 3
  return minor !== 1 ? minor > 1 : patch >= 1512
}
