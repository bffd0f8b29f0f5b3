/**
 * The service's clock, as far as this device can tell: a wrong clock here must break nothing.
 * Seconds since 1970.
 */
export class ServerClock {
  readonly #ahead: number;

  /** `now` as the service just answered it */
  constructor(now: number) {
    this.#ahead = now - Date.now() / 1000;
  }

  now(): number {
    return Math.floor(Date.now() / 1000 + this.#ahead);
  }
}
