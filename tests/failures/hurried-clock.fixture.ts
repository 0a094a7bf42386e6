/** Preloaded (`--import`): a process for which CLOCK_SPEED times as much time passes; what its timers wait for is sooner. */
const speed = Number(process.env.CLOCK_SPEED);
const now = Date.now.bind(Date);
const startedAt = now();
const hurried = () => Math.floor(startedAt + (now() - startedAt) * speed);

globalThis.Date = new Proxy(Date, {
  construct: (Right, given) => new Right(...((given.length === 0 ? [hurried()] : given) as [number])),
});
Date.now = hurried;

globalThis.setTimeout = new Proxy(setTimeout, {
  apply: (wait, self, [action, ms, ...more]) =>
    Reflect.apply(wait, self, [action, Math.ceil((ms ?? 0) / speed), ...more]),
});
