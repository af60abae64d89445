import { orders } from '@rialto/orders/contract'
import { watch } from './api.ts'
import { whileLooking } from './while-looking.ts'

const root = document.querySelector<HTMLElement>('[data-order]')
if (root?.dataset.open === 'true') whileLooking((signal) => follow(root, signal))

/** Shows the order anew whenever it changes, as long as more can happen to it. */
async function follow(first: HTMLElement, signal: AbortSignal): Promise<void> {
  // Whoever comes back to the page finds what was shown last.
  let shown = document.querySelector<HTMLElement>('[data-order]') ?? first
  const id = shown.dataset.order ?? ''
  for await (const order of watch(orders.getOrder, { id }, { signal })) {
    if (String(order.version) !== shown.dataset.version) shown = await renew(shown, signal)
    if (shown.dataset.open !== 'true') return
  }
}

/** The page knows best how an order looks: its part is taken from a fresh one. */
async function renew(shown: HTMLElement, signal: AbortSignal): Promise<HTMLElement> {
  const response = await fetch(location.href, { signal })
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const fresh = page.querySelector<HTMLElement>('[data-order]')
  if (!fresh) return shown
  shown.replaceWith(fresh)
  const news = document.querySelector('[data-order-news]')
  if (news) news.textContent = fresh.querySelector('h2')?.textContent ?? ''
  return fresh
}
