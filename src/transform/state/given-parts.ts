import { words } from './known-functions.js';

/** Methods that answer with something that their object has in it. */
const givingPart = words('at find findLast get pop reduce reduceRight shift subarray');

/** Methods that answer with a list of their own, of what their object has in it. */
const givingCopy = words(`
  concat entries filter flat getAll reverse slice sort splice toReversed toSorted toSpliced values with`);

/** Methods that pass what their object has in it to a function. */
const passingParts = words(`
  every filter find findIndex findLast findLastIndex flatMap forEach map reduce reduceRight some`);

/** What a method's answer has of its object: one of its parts, or a list of them. */
export function givenBy(method: string): 'part' | 'copy' | undefined {
  if (givingPart.has(method)) return 'part';
  return givingCopy.has(method) ? 'copy' : undefined;
}

/** Whether a method calls its first argument with parts of its object. */
export function passesParts(method: string): boolean {
  return passingParts.has(method);
}

/** Whether a global function or constructor makes a collection of the parts of its argument. */
export function listsParts(path: string): boolean {
  return /^(Object\.(values|entries|fromEntries)|Array(\.from)?|Map|Set)$/.test(path);
}
