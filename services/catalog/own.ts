/** What the handlers of the catalog find in `context.own`. */
export interface Own {
  /** Of prices that name none. */
  readonly currency: string
}
