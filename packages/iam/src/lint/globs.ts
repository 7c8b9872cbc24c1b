/** Whether some text matches both patterns of `*` and `?`. Costs at most the product of their lengths. */
export function globsMeet(a: string, b: string): boolean {
  const [left, right] = [squeezed(a), squeezed(b)]
  // row[j]: whether what is left of `left` from here on meets `right` from j on.
  let row = new Array<boolean>(right.length + 1).fill(false)
  for (let i = left.length; i >= 0; i--) {
    const next = new Array<boolean>(right.length + 1).fill(false)
    for (let j = right.length; j >= 0; j--) {
      const [one, other] = [left[i], right[j]]
      if (one === undefined && other === undefined) next[j] = true
      else if (one === '*') next[j] = row[j] === true || (other !== undefined && next[j + 1] === true)
      else if (other === '*') next[j] = next[j + 1] === true || (one !== undefined && row[j] === true)
      else if (one === undefined || other === undefined) next[j] = false
      else next[j] = (one === '?' || other === '?' || one === other) && row[j + 1] === true
    }
    row = next
  }
  return row[0] === true
}

/** Whether two patterns of ARNs can mean the same resource, segment by segment. `*` alone means any. */
export function arnsMeet(a: string, b: string): boolean {
  if (a === '*' || b === '*') return true
  const [left, right] = [segmentsOf(a), segmentsOf(b)]
  return left.every((segment, at) => globsMeet(segment, right[at] ?? '*'))
}

/** The six segments of a pattern, `*` for those that are missing; variables are read as `*`. */
export function segmentsOf(pattern: string): readonly string[] {
  const plain = pattern.replace(/\$\{[^}]*\}/g, '*')
  const parts = plain.split(':')
  const segments = [...parts.slice(0, 5), parts.slice(5).join(':')].slice(0, Math.min(6, parts.length))
  while (segments.length < 6) segments.push('*')
  return segments
}

function squeezed(pattern: string): string {
  return pattern.replace(/\*+/g, '*')
}
