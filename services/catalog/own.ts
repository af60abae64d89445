/** What the handlers of the catalog find in `context.own`. */
export interface Own {
  readonly dataDir: string
  /** Of prices that name none. */
  readonly currency: string
}
