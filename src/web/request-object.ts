import type { MakingProvider } from '../container/registry/provider.js';
import { addBuiltIn } from '../container/registry/registry.js';
import { Scope } from '../container/scope.js';
import { currentWork } from '../container/scopes/work.js';
import { type Token, tokenName } from '../container/tokens/token.js';
import { RequestError } from '../errors.js';
import { currentRequest, type ObjectKind } from './web-request.js';

/** Objects of requests that are injectable, by a token, wherever the request is handled. */
export class RequestObject<M extends object> implements ObjectKind<M> {
  readonly #token: Token;
  readonly provider: MakingProvider;
  readonly of: (message: M) => object;

  /**
   * @param of finds it by what the framework has of a request
   * @param aliases other names of the same type
   */
  constructor(token: Token, of: (message: M) => object, aliases: readonly Token[] = []) {
    this.#token = token;
    this.of = of;
    // A resource, since it belongs to one request: a singleton cannot keep it.
    const make = () => this.#current();
    this.provider = { kind: 'factory', token, scope: Scope.Resource, make, ofOrigin: true };
    addBuiltIn(this.provider);
    for (const alias of aliases) addBuiltIn({ kind: 'alias', token: alias, target: token });
  }

  #current(): object {
    const name = tokenName(this.#token);
    const request = currentRequest();
    // Behind a client that has gone, its handlers still run.
    if (request && (!request.isGone || currentWork() === request)) {
      const object = request.give(this.provider);
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
