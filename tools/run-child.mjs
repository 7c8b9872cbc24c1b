import { spawn } from 'node:child_process'
import { constants } from 'node:os'

// As early as it gets: whoever started us may be gone by the time that a child is.
const parent = process.ppid

/**
 * Runs a program in the foreground and answers how it ended: `status` as shells have it, and `interrupted` when it was told
 * to stop. Signals that mean "stop" are handed on and waited for, for `graceMs` at most: nothing is left behind. Rejects
 * when it can't be started.
 */
export function runChild(program, args, { graceMs = Number.POSITIVE_INFINITY, ...options }) {
  const child = spawn(program, args, options)
  let interrupted
  let last
  const stop = (signal) => {
    child.kill(signal)
    interrupted ??= signal
    if (Number.isFinite(graceMs)) last ??= setTimeout(() => child.kill('SIGKILL'), graceMs)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, stop)
  // npm ends its shell and not us when it is told to stop: then our parent is another.
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) stop('SIGTERM')
  }, 300)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({ status: code ?? statusOf(signal), signal, interrupted }))
  }).finally(() => {
    clearInterval(watch)
    clearTimeout(last)
    for (const signal of signals) process.off(signal, stop)
  })
}

/** The exit status that stands for an end by a signal. */
export function statusOf(signal) {
  return 128 + (constants.signals[signal] ?? 0)
}
