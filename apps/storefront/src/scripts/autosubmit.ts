// A change is sent at once; without scripts there is a button for it.

document.addEventListener('change', ({ target }) => {
  const form = target instanceof HTMLElement ? target.closest<HTMLFormElement>('[data-autosubmit]') : null
  if (!form?.reportValidity()) return
  const update = form.querySelector<HTMLButtonElement>('button[value="update"]')
  form.requestSubmit(update)
})
