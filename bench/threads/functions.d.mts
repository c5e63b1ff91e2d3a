export function tiny(): number;
export function burn(steps: number): number;
export function size(bytes: Uint8Array): number;
