/** What failed and where, what was skipped and why, what took long, and one line of counts; other tests are not listed. */
// biome-ignore lint/style/noDefaultExport: node:test takes a reporter from the default export
export default async function* briefReporter(events) {
  let passed = 0
  let skipped = 0
  const failed = new Set()
  const slow = []
  for await (const { type, data } of events) {
    if (type === 'test:pass' && data.skip !== undefined) {
      skipped++
      yield `- skipped: ${data.name}: ${data.skip}\n`
    } else if (type === 'test:pass') {
      passed++
      if (data.details.type !== 'suite') slow.push({ name: data.name, seconds: data.details.duration_ms / 1000 })
    } else if (type === 'test:fail') {
      failed.add(data)
      const error = data.details.error.cause ?? data.details.error
      yield `✖ ${data.name} (${data.file}:${data.line})\n${indented(error.stack ?? String(error))}\n`
    } else if (type === 'test:diagnostic' && [...failed].some(({ file }) => file !== undefined && file === data.file)) {
      // A seed, most of all: it tells how to see the failure again.
      yield `    ${data.message}\n`
    } else if (type === 'test:stderr' || type === 'test:stdout') {
      yield data.message
    }
  }
  const slowest = slow.filter(({ seconds }) => seconds > 1).sort((a, b) => b.seconds - a.seconds)
  for (const { name, seconds } of slowest.slice(0, 3)) yield `  ${seconds.toFixed(1)} s: ${name}\n`
  yield `${passed} passed, ${failed.size} failed, ${skipped} skipped\n`
}

function indented(text) {
  return text.replace(/^/gm, '    ')
}
