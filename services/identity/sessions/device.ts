/** A device in words: from what a browser says of itself, or as it was named. */
export function deviceOf(told: string | null): string | undefined {
  if (!told?.trim()) return undefined
  const browser = browsers.find(([, pattern]) => pattern.test(told))?.[0]
  const system = systems.find(([, pattern]) => pattern.test(told))?.[0]
  if (!told.startsWith('Mozilla/')) return told.slice(0, 100)
  return [browser ?? 'A browser', ...(system ? [`on ${system}`] : [])].join(' ')
}

// Those that pretend to be another come first.
const browsers: readonly (readonly [string, RegExp])[] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
]

const systems: readonly (readonly [string, RegExp])[] = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
]
