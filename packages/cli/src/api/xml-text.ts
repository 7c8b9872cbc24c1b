const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

/**
 * The text of the first element of that name, or undefined. Enough for the answers of the query protocol, whose
 * elements have no attributes but the namespace of the outermost one.
 */
export function xmlText(xml: string, name: string): string | undefined {
  const opening = `<${name}>`
  const at = xml.indexOf(opening)
  if (at === -1) return undefined
  const end = xml.indexOf(`</${name}>`, at)
  if (end === -1) return undefined
  return xml
    .slice(at + opening.length, end)
    .replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi, (whole, hex, decimal, word) => {
      if (typeof word === 'string') return entities[word] ?? whole
      const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    })
}
