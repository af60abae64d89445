interface Place {
  /** Undefined before it opens. */
  readonly ahead?: number
  readonly waitSeconds: number
}

interface When {
  readonly opensAt: number
  readonly againSeconds: number
}

/** Costs next to nothing to make, needs no script, and comes again by itself. Without a place, the line cannot be seen. */
export function waitingPage(place: Place | undefined, { opensAt, againSeconds }: When): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="${againSeconds}">
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>You are in line</title>
<style>body{font:18px/1.6 system-ui;max-width:32rem;margin:20vh auto 0;padding:0 1.5rem}</style>
<main><h1>You are in line</h1><div role="status"><p>${standing(place, opensAt)}</p></div>
<p>This page comes again by itself, and leads you to the checkout when it is your turn. Your cart is kept, and so is your
place if you close the page and come back with this browser.</p><p><a href="/">Back to the shop</a></p></main></html>`
}

function standing(place: Place | undefined, opensAt: number): string {
  if (!place) return 'The line cannot be seen just now. It stands still until then, and nobody loses a place.'
  const { ahead, waitSeconds } = place
  if (ahead === undefined)
    return `The sale begins <time datetime="${new Date(opensAt).toISOString()}">in ${about(waitSeconds)}</time>.
You have a place. Who comes first is drawn at the beginning, so it makes no difference when you came.`
  const people = ahead === 1 ? 'is <b>1</b> person' : `are <b>${ahead}</b> people`
  return `There ${people} before you. It takes about ${about(waitSeconds)}.`
}

function about(seconds: number): string {
  if (seconds < 90) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`
  return `${Math.round(seconds / 60)} minutes`
}
