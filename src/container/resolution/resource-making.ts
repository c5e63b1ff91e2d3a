import type { MakingProvider } from '../registry/provider.js';
import type { InjectionScope } from '../scopes/injection-scope.js';
import type { Create } from './creation.js';
import { Making } from './making.js';

/** The resources that are being opened, by their scopes. */
const underWay = new WeakMap<InjectionScope, Map<MakingProvider, Making>>();

/** The resource of a scope that is made over something lazy: what it loads meanwhile may ask for it in turn. */
export function obtainOverLazy(provider: MakingProvider, scope: InjectionScope, create: Create): unknown {
  const making = underWay.get(scope)?.get(provider);
  return making
    ? making.waitFor(true, () => scope.obtain(provider, create))
    : scope.obtain(provider, (opened) => begin(provider, opened, create));
}

function begin(provider: MakingProvider, scope: InjectionScope, create: Create): unknown {
  const making = new Making(provider.token);
  const makings = underWay.get(scope) ?? new Map<MakingProvider, Making>();
  underWay.set(scope, makings.set(provider, making));
  const end = () => void makings.delete(provider);
  let value: unknown;
  try {
    value = making.waitFor(false, () => making.run(() => create(scope)));
  } finally {
    if (value instanceof Promise) value.then(end, end);
    else end();
  }
  return value;
}
