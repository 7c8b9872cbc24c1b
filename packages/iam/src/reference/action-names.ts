import table from './action-names.json' with { type: 'json' }

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const words = table.words.split(' ')
const services: Readonly<Record<string, string>> = table.services

/** The prefixes of all services that AWS had when the table was made, such as `s3`. */
export const servicePrefixes: readonly string[] = Object.keys(services)

/** The names of a service's actions, such as `GetObject`; undefined for a prefix that AWS does not have. */
export function actionNames(prefix: string): readonly string[] | undefined {
  const packed = Object.hasOwn(services, prefix) ? services[prefix] : undefined
  return packed?.split(' ').flatMap((entry) => {
    const [rest = '', before] = entry.split(':')
    return before === undefined ? [rest] : Array.from(before, (letter) => `${words[letters.indexOf(letter)]}${rest}`)
  })
}
