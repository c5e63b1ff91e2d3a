import { addBuiltIn } from '../container/built-in.js';
import type { MakingProvider } from '../container/registry/provider.js';
import { Scope } from '../container/scope.js';
import { currentWork } from '../container/scopes/work.js';
import { type Token, tokenName } from '../container/tokens/token.js';
import { RequestError } from '../errors.js';
import { currentRequest, type ObjectKind } from './web-request.js';

/** Objects of requests that are injectable, by a token, wherever the request is handled. */
export class RequestObject implements ObjectKind {
  readonly #token: Token;
  readonly provider: MakingProvider;

  /** @param aliases other names of the same type */
  constructor(token: Token, aliases: readonly Token[] = []) {
    this.#token = token;
    // A resource, since it belongs to one request: a singleton cannot keep it.
    this.provider = { kind: 'factory', token, scope: Scope.Resource, make: () => this.#current() };
    addBuiltIn(this.provider);
    for (const alias of aliases) addBuiltIn({ kind: 'alias', token: alias, target: token });
  }

  #current(): object {
    const name = tokenName(this.#token);
    const request = currentRequest();
    if (request && !request.isGone) {
      const object = request.objectOf(this);
      if (object) return object;
      throw new RequestError(
        `${request.name} has no ${name}: it came through another framework`,
        'Take the types of the framework that serves the request.',
      );
    }
    if (request) {
      throw new RequestError(
        `${currentWork()?.name} asks for the ${name} of ${request.name}, which is gone: the response has been sent`,
        'Extract what the task needs in the handler first, and pass that: its URL, a header, the id of the user.',
      );
    }
    throw new RequestError(
      `a ${name} was asked for where no request is handled`,
      'Call it in the flow of a handler, behind the middleware of offstage.',
    );
  }
}
