/** What a part may say to the operator; the log of events satisfies it. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What a part may count; the metrics of events satisfy it. */
export interface Counters {
  add(name: string, help: string, by?: number, labels?: string): void
  gauge(name: string, help: string, read: () => number): void
}
