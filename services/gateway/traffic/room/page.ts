interface Shown {
  readonly ahead?: number
  readonly waitSeconds: number
  readonly opensAt: number
  readonly againSeconds: number
}

/** Costs next to nothing to make, needs no script, and comes again by itself. */
export function waitingPage({ ahead, waitSeconds, opensAt, againSeconds }: Shown): string {
  const place =
    ahead === undefined
      ? `<p>The sale begins <time datetime="${new Date(opensAt).toISOString()}">in ${about(waitSeconds)}</time>.
You have a place. Who comes first is drawn at the beginning, so it makes no difference when you came.</p>`
      : `<p>There ${ahead === 1 ? 'is <b>1</b> person' : `are <b>${ahead}</b> people`} before you. It takes about ${about(waitSeconds)}.</p>`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="${againSeconds}">
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>You are in line</title>
<style>body{font:18px/1.6 system-ui;max-width:32rem;margin:20vh auto 0;padding:0 1.5rem}</style>
<main><h1>You are in line</h1><div role="status">${place}</div>
<p>This page comes again by itself, and leads you to the checkout when it is your turn. Your cart is kept, and so is your
place if you close the page and come back with this browser.</p><p><a href="/">Back to the shop</a></p></main></html>`
}

function about(seconds: number): string {
  if (seconds < 90) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`
  return `${Math.round(seconds / 60)} minutes`
}
