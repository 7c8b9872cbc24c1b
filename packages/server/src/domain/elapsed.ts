/** A duration as AWS writes ExecutionElapsedTime: `PT0.5S`, `PT1M2.003S`, `PT26H`. */
export function elapsed(from: Date, to: Date): string {
  const total = Math.max(0, to.getTime() - from.getTime())
  const hours = Math.floor(total / 3_600_000)
  const minutes = Math.floor((total % 3_600_000) / 60_000)
  const seconds = (total % 60_000) / 1000
  const parts = [hours > 0 && `${hours}H`, minutes > 0 && `${minutes}M`, (seconds > 0 || total === 0) && `${seconds}S`]
  return `PT${parts.filter((part) => part !== false).join('')}`
}
