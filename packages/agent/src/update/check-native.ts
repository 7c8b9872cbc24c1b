import { isErrno } from '../disk/durable-file.ts'
import { reasonOf } from '../log.ts'
import { loadPtyNative } from '../sessions/shell/pty-native.ts'

/**
 * Loads what a version on trial has of native code: it connects without it, and would open no shell. Throws when it is there
 * and cannot be loaded; where there is none for the platform, no version opens one.
 */
export function checkNative(): void {
  try {
    loadPtyNative()
  } catch (error) {
    const { cause } = error instanceof Error ? error : {}
    if (!isErrno(cause, 'ERR_DLOPEN_FAILED')) return
    throw new Error(
      `Shells would not open in this version (${reasonOf(cause)}). The state directory must not be mounted noexec.`,
      { cause },
    )
  }
}
