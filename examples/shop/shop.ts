/** The shop, open. */
export interface Shop {
  readonly port: number;
  /** Accepts no more requests, and waits for those under way and for their tasks. */
  close(): Promise<void>;
}
