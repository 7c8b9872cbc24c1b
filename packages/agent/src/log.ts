import type { Clock } from './clock.ts'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** One line of JSON for each thing worth telling. Secrets and command output never go in here. */
export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>

export function createLog(clock: Clock, lowest: LogLevel, write: (line: string) => void): Log {
  const line = (level: LogLevel) => {
    if (logLevels.indexOf(level) < logLevels.indexOf(lowest)) return () => undefined
    return (message: string, fields: LogFields = {}) =>
      write(`${JSON.stringify({ time: new Date(clock.now()).toISOString(), level, message, ...fields })}\n`)
  }
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}

/** An error and what caused it, in one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.message || error.name
  return error.cause === undefined ? own : `${own}: ${reasonOf(error.cause)}`
}
