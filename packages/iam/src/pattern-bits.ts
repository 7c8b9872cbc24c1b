import { anyOne, anyRun, type FixedPart } from './template.ts'

const wordBits = 32

/**
 * The Shift-And matcher: which prefixes of the pattern match so far is one bit each, and a character moves all of
 * them at once. It takes (length of the text) x (length of the pattern / 32) steps whatever the two are, where
 * `matchesCodes` can be led to take one for every pair of characters.
 */
export function compileBits(parts: readonly FixedPart[]): (text: string) => boolean {
  // Bit i of a set stands for "the first i characters of the pattern are matched".
  const wanted: (string | typeof anyOne)[] = []
  const stars: number[] = []
  for (const part of parts) {
    if (part === anyRun) stars.push(wanted.length)
    else if (part === anyOne) wanted.push(anyOne)
    else wanted.push(...part)
  }
  const words = Math.ceil((wanted.length + 1) / wordBits)
  const loops = setOf(words, stars)
  const onAny = setOf(words, positionsOf(wanted, anyOne))
  const onChar = new Map<string, Uint32Array>()
  for (const char of new Set(wanted)) {
    if (char !== anyOne) onChar.set(char, setOf(words, [...positionsOf(wanted, char), ...positionsOf(wanted, anyOne)]))
  }
  return (text) => {
    const state = setOf(words, [0])
    for (const char of text) advance(state, onChar.get(char) ?? onAny, loops)
    return (((state[wanted.length >> 5] ?? 0) >>> (wanted.length & 31)) & 1) === 1
  }
}

/** Moves a state over a character that is accepted at `takes`: those bits move on, a star's bit also stays. */
function advance(state: Uint32Array, takes: Uint32Array, loops: Uint32Array): void {
  let carry = 0
  for (let word = 0; word < state.length; word++) {
    const held = state[word] ?? 0
    const moved = held & (takes[word] ?? 0)
    state[word] = (moved << 1) | carry | (held & (loops[word] ?? 0))
    carry = moved >>> (wordBits - 1)
  }
}

function positionsOf(wanted: readonly (string | number)[], one: string | number): readonly number[] {
  return wanted.flatMap((each, index) => (each === one ? [index] : []))
}

function setOf(words: number, bits: readonly number[]): Uint32Array {
  const set = new Uint32Array(words)
  for (const bit of bits) set[bit >> 5] = (set[bit >> 5] ?? 0) | (1 << (bit & 31))
  return set
}
