import type { OutcomeGroups } from './outcome-groups.ts'

const notRun = 255

/** Of one node the exit code of its command, or 255 when it has none, as ssh does; of many 0 if all succeeded and 1 if not. */
export function exitStatusOf(groups: OutcomeGroups, total: number): number {
  const [only] = groups.all
  if (total === 1 && only !== undefined) {
    const { exitCode = only.status === 'Success' ? 0 : notRun } = only
    if (exitCode === 0 && only.status !== 'Success') return notRun
    return exitCode >= 0 && exitCode <= 255 ? exitCode : notRun
  }
  return groups.counts.succeeded === total ? 0 : 1
}
