/** What a client has sent as a `T`: anything, until somebody has looked. */
export type Sent<T> = { readonly [K in keyof T]?: unknown } | null;

/** What the client asks for is not possible: answered with a status below 500. */
export class Refused extends Error {
  readonly statusCode: 400 | 401 | 404 | 409;

  constructor(statusCode: Refused['statusCode'], message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}
