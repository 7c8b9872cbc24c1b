/**
 * Counters, gauges and histograms in Prometheus's text format (exposition format 0.0.4).
 * Names are declared where they are counted; the text is made when somebody asks.
 */
export class Metrics {
  readonly #counters = new Map<string, { help: string; series: Map<string, number> }>()
  readonly #gauges: { name: string; help: string; read: () => number }[] = []
  readonly #histograms = new Map<string, Histogram>()

  /** Adds to a counter; `labels` is the text between the braces, made by `label`. */
  add(name: string, help: string, by = 1, labels = ''): void {
    let counter = this.#counters.get(name)
    if (counter === undefined) {
      counter = { help, series: new Map() }
      this.#counters.set(name, counter)
    }
    counter.series.set(labels, (counter.series.get(labels) ?? 0) + by)
  }

  /** A gauge is read at the moment of asking. */
  gauge(name: string, help: string, read: () => number): void {
    this.#gauges.push({ name, help, read })
  }

  observeSeconds(name: string, help: string, seconds: number): void {
    let histogram = this.#histograms.get(name)
    if (histogram === undefined) {
      histogram = new Histogram(help)
      this.#histograms.set(name, histogram)
    }
    histogram.observe(seconds)
  }

  text(): string {
    const lines: string[] = []
    for (const [name, { help, series }] of this.#counters) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`)
      for (const [labels, value] of series) lines.push(`${name}${labels === '' ? '' : `{${labels}}`} ${value}`)
    }
    for (const { name, help, read } of this.#gauges) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${read()}`)
    }
    for (const [name, histogram] of this.#histograms) lines.push(...histogram.lines(name))
    return `${lines.join('\n')}\n`
  }
}

/** One label as Prometheus writes it; the value is escaped. */
export function label(name: string, value: string): string {
  return `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

class Histogram {
  readonly #help: string
  readonly #buckets = new Array<number>(bounds.length).fill(0)
  #count = 0
  #sum = 0

  constructor(help: string) {
    this.#help = help
  }

  observe(value: number): void {
    this.#count++
    this.#sum += value
    const bucket = bounds.findIndex((bound) => value <= bound)
    if (bucket >= 0) this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
  }

  lines(name: string): string[] {
    const lines = [`# HELP ${name} ${this.#help}`, `# TYPE ${name} histogram`]
    let total = 0
    for (const [index, bound] of bounds.entries()) {
      total += this.#buckets[index] ?? 0
      lines.push(`${name}_bucket{le="${bound}"} ${total}`)
    }
    lines.push(`${name}_bucket{le="+Inf"} ${this.#count}`, `${name}_sum ${this.#sum}`, `${name}_count ${this.#count}`)
    return lines
  }
}
