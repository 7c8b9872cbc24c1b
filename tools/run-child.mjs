import { spawn } from 'node:child_process'
import { constants } from 'node:os'

// As early as it gets: whoever started us may be gone by the time that a child is.
const parent = process.ppid

/**
 * Runs a program in the foreground and answers its exit status, as shells have it, when it has ended. Signals that mean
 * "stop" are handed on and waited for: nothing is left behind. Rejects when it can't be started.
 */
export function runChild(program, args, options) {
  const child = spawn(program, args, options)
  const hear = (signal) => child.kill(signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, hear)
  // npm ends its shell and not us when it is told to stop: then our parent is another.
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) child.kill('SIGTERM')
  }, 300)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({ status: code ?? 128 + (constants.signals[signal] ?? 0), signal }))
  }).finally(() => {
    clearInterval(watch)
    for (const signal of signals) process.off(signal, hear)
  })
}
