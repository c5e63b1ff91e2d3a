/** A set of names, written as a text. */
export const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Methods of the standard library that leave their object as it is. */
export const readingMethods = words(`
  at charAt charCodeAt codePointAt concat endsWith entries every filter find findIndex findLast findLastIndex flat
  flatMap forEach get getAll has hasOwnProperty includes indexOf isWellFormed join keys lastIndexOf localeCompare map
  match matchAll normalize padEnd padStart reduce reduceRight repeat replace replaceAll search slice some split
  startsWith subarray substring toFixed toISOString toJSON toLocaleDateString toLocaleString toLocaleTimeString
  toLowerCase toPrecision toReversed toSorted toSpliced toString toUpperCase toWellFormed trim trimEnd trimStart
  valueOf values with test exec encode decode format formatToParts resolvedOptions compare select
  getTime getFullYear getMonth getDate getDay getHours getMinutes getSeconds getMilliseconds getTimezoneOffset
  getUTCFullYear getUTCMonth getUTCDate getUTCDay getUTCHours getUTCMinutes getUTCSeconds
  union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom
  getInt8 getUint8 getInt16 getUint16 getInt32 getUint32 getBigInt64 getBigUint64 getFloat32 getFloat64
  readUInt8 readUInt16LE readUInt16BE readUInt32LE readUInt32BE readInt8 readInt32LE readInt32BE equals byteLength
  call apply bind`);

/** Methods that change a collection of the standard library. */
const changingMethods = words(
  'add append clear copyWithin delete fill pop push reverse set shift sort splice unshift',
);

/** Those of views, of `Buffer` and of `Date`. */
const settingMethods =
  /^(?:write$|swap\d|(?:set|write)(?:Big)?(?:U?[Ii]nt|Float|Double)(?:\d|[BL]E)|set(?:UTC)?(?:Date|FullYear|Hours|Milliseconds|Minutes|Month|Seconds|Time)$)/;

/** Whether methods of this name change their object, in the standard library. */
export function isChangingMethod(name: string): boolean {
  return changingMethods.has(name) || settingMethods.test(name);
}

/** Of the reading ones, those that answer with a string, a number or a boolean. */
export const primitiveMethods = words(`
  charAt charCodeAt codePointAt endsWith every has includes indexOf join lastIndexOf localeCompare normalize padEnd
  padStart repeat replace replaceAll search some startsWith substring test toFixed toISOString toLocaleString
  toLowerCase toPrecision toString toUpperCase trim trimEnd trimStart getTime format`);

/** Global functions that change their first argument. */
export const changingFunctions = words(`
  Object.assign Object.defineProperty Object.defineProperties Object.setPrototypeOf Reflect.set Reflect.defineProperty
  Reflect.deleteProperty Reflect.setPrototypeOf Object.preventExtensions Object.seal Reflect.preventExtensions
  Atomics.add Atomics.and Atomics.compareExchange Atomics.exchange
  Atomics.or Atomics.store Atomics.sub Atomics.xor`);

/** Global functions that compute a value and keep no hold of their arguments. */
export const pureGlobalCalls = words(`
  String Number Boolean BigInt Symbol Object Array Date parseInt parseFloat isNaN isFinite encodeURI encodeURIComponent
  decodeURI decodeURIComponent structuredClone atob btoa Object.freeze Object.keys Object.values Object.entries
  Object.fromEntries Object.hasOwn Object.create Object.getOwnPropertyNames Object.getPrototypeOf Object.is
  Object.isFrozen Array.from Array.of Array.isArray JSON.parse JSON.stringify Date.now Date.UTC Date.parse
  performance.now Buffer.from Buffer.alloc Buffer.concat Buffer.byteLength Buffer.isBuffer Error TypeError RangeError
  RegExp process.cwd process.uptime process.memoryUsage Reflect.has Reflect.get Reflect.ownKeys URL.canParse
  crypto.randomUUID import.meta.resolve`);

/** Of these, the ones that give a string, a number or the like. */
export const primitiveGlobalCalls = words(`
  String Number Boolean BigInt Symbol Date parseInt parseFloat isNaN isFinite encodeURI encodeURIComponent decodeURI
  decodeURIComponent atob btoa JSON.stringify performance.now process.cwd process.uptime crypto.randomUUID
  import.meta.resolve`);

/** Functions of Node's modules that compute a value, beside all those of `path`, `url` and `querystring`. */
export const pureBuiltins = words(`
  promisify inspect format createRequire tmpdir homedir hostname availableParallelism cpus parseEnv styleText
  fileURLToPath`);

/** Functions of Node's modules that compute a string or a number. */
export const primitiveBuiltins = words(`
  join resolve basename dirname extname relative normalize format fileURLToPath tmpdir homedir hostname
  availableParallelism inspect`);

/** Constructors that start nothing. */
export const pureConstructors = words(`
  Map Set WeakMap WeakSet WeakRef Date RegExp URL URLSearchParams TextEncoder TextDecoder Array Object String Number
  Boolean Error TypeError RangeError SyntaxError AggregateError ArrayBuffer SharedArrayBuffer DataView Int8Array
  Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array
  BigUint64Array AbortController EventTarget Headers FormData Proxy Blob`);

/** Constructors of things that nobody can change. */
export const immutableConstructors = words('RegExp TextEncoder TextDecoder Blob');
