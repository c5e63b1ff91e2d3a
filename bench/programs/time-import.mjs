// Prints how many nanoseconds the imports of the modules take that are named behind it.
const started = process.hrtime.bigint();
for (const specifier of process.argv.slice(2)) await import(specifier);
console.log(String(process.hrtime.bigint() - started));
