// A list that is filtered without leaving it, and grows at its end. Without scripts both are plain page loads.

document.addEventListener('change', ({ target }) => {
  const form = target instanceof HTMLElement ? target.closest<HTMLFormElement>('[data-filters]') : null
  if (form && target instanceof HTMLElement && target.matches('select, [type=checkbox]')) form.requestSubmit()
})

document.addEventListener('submit', async (event) => {
  const form =
    event.target instanceof HTMLFormElement && event.target.matches('[data-filters]') && event.target
  if (!form) return
  event.preventDefault()
  const fields = new URLSearchParams(new FormData(form) as unknown as Record<string, string>)
  for (const [name, value] of [...fields]) if (value === '') fields.delete(name)
  const address = new URL(form.action)
  address.search = fields.toString()
  if (await swap(address.href)) history.pushState(null, '', address)
})

document.addEventListener('click', async (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('[data-more]') : null
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  await grow(link)
})

// Going to a place within the page is told here too, and is no other list.
let shown = listAddress()
window.addEventListener('popstate', async () => {
  if (listAddress() !== shown) await swap(location.href)
})

function listAddress(): string {
  return location.pathname + location.search
}

/** Shows the list of an address instead of the present one; answers whether it could. */
async function swap(address: string): Promise<boolean> {
  const focused = document.activeElement?.id
  const present = document.querySelector<HTMLElement>('[data-listing]')
  const fresh = (await read(address))?.querySelector<HTMLElement>('[data-listing]')
  if (!present || !fresh) {
    location.assign(address)
    return false
  }
  for (const details of fresh.querySelectorAll('details')) {
    const before = [...present.querySelectorAll('details')].find(
      ({ dataset }) => dataset.facet === details.dataset.facet,
    )
    if (before) details.open = before.open
  }
  present.replaceWith(fresh)
  const { pathname, search } = new URL(address)
  shown = pathname + search
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
  return true
}

async function grow(link: HTMLAnchorElement): Promise<void> {
  link.setAttribute('aria-busy', 'true')
  const page = await read(link.href)
  const grid = document.querySelector('[data-grid]')
  const items = page?.querySelectorAll('[data-grid] > li')
  if (!grid || !items) return location.assign(link.href)
  const [first] = items
  grid.append(...items)
  first?.querySelector('a')?.focus({ preventScroll: true })
  const next = page?.querySelector<HTMLAnchorElement>('[data-more]')
  if (next) link.replaceWith(next)
  else link.remove()
}

async function read(address: string): Promise<Document | undefined> {
  const response = await fetch(address)
  return response.ok ? new DOMParser().parseFromString(await response.text(), 'text/html') : undefined
}
