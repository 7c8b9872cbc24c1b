/** Where a client opens its side of a session's data channel; `base` is a http or https URL. */
export function streamUrl(base: string, sessionId: string): string {
  const root = base.replace(/^http/, 'ws').replace(/\/$/, '')
  return `${root}/v1/data-channel/${encodeURIComponent(sessionId)}?role=publish_subscribe`
}
