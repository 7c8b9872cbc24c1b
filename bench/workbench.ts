import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Ends what a bench has begun, last things first, also when it fails. */
export class Workbench {
  readonly #ends: (() => void | Promise<void>)[] = []

  later(end: () => void | Promise<void>): void {
    this.#ends.push(end)
  }

  /** An empty folder that goes when the bench ends. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-'))
    this.later(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
    return folder
  }

  async clear(): Promise<void> {
    for (let end = this.#ends.pop(); end !== undefined; end = this.#ends.pop()) await end()
  }
}

/** Acts with a workbench of its own, which is cleared then. */
export async function inWorkbench<Result>(act: (bench: Workbench) => Promise<Result>): Promise<Result> {
  const bench = new Workbench()
  try {
    return await act(bench)
  } finally {
    await bench.clear()
  }
}
