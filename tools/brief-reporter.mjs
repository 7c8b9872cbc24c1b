/** What failed and where, what was skipped and why, and one line of counts; tests that passed are not listed. */
// biome-ignore lint/style/noDefaultExport: node:test takes a reporter from the default export
export default async function* briefReporter(events) {
  let passed = 0
  let failed = 0
  let skipped = 0
  for await (const { type, data } of events) {
    if (type === 'test:pass' && data.skip !== undefined) {
      skipped++
      yield `- skipped: ${data.name}: ${data.skip}\n`
    } else if (type === 'test:pass') {
      passed++
    } else if (type === 'test:fail') {
      failed++
      const error = data.details.error.cause ?? data.details.error
      yield `✖ ${data.name} (${data.file}:${data.line})\n${indented(error.stack ?? String(error))}\n`
    } else if (type === 'test:stderr' || type === 'test:stdout') {
      yield data.message
    }
  }
  yield `${passed} passed, ${failed} failed, ${skipped} skipped\n`
}

function indented(text) {
  return text.replace(/^/gm, '    ')
}
