/**
 * Whether frames to this URL must be masked with numbers that nobody can foresee. They are to keep whoever chooses the payload
 * from choosing the bytes on the wire, which proxies between the two ends might take for requests (RFC 6455, 10.3). Under TLS
 * and within one machine there is nobody in between who sees them; the mask may be zero there, and both ends are spared to
 * turn over every byte.
 */
export function mustMask({ protocol, hostname }: { readonly protocol: string; readonly hostname: string }): boolean {
  return protocol !== 'wss:' && !/^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/.test(hostname)
}
