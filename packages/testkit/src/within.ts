/** Waits for a promise, with a limit, so that a test whose event never comes fails and says what it waited for. */
export async function within<Value>(promise: Promise<Value>, what: string, limitMs = 30_000): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${limitMs} ms: ${what}`)), limitMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
