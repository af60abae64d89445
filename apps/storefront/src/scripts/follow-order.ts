import type { Order } from '@rialto/orders/contract'

const pauseMs = 4_000

const root = document.querySelector<HTMLElement>('[data-order]')
if (root?.dataset.open === 'true') follow(root)

/** Asks every few seconds, while somebody looks, whether the order has changed; then shows it anew. */
function follow(shown: HTMLElement): void {
  const timer = setInterval(async () => {
    if (document.hidden) return
    const response = await fetch(`/api/orders/${encodeURIComponent(shown.dataset.order ?? '')}`).catch(
      () => undefined,
    )
    if (!response?.ok) return
    const order = (await response.json()) as Order
    if (String(order.version) === shown.dataset.version) return
    clearInterval(timer)
    await renew(shown)
  }, pauseMs)
}

async function renew(shown: HTMLElement): Promise<void> {
  const response = await fetch(location.href)
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const fresh = page.querySelector<HTMLElement>('[data-order]')
  if (!fresh) return
  shown.replaceWith(fresh)
  if (fresh.dataset.open === 'true') follow(fresh)
}
