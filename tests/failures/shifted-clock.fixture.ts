/** Preloaded (`--import`): a process whose clock is wrong by CLOCK_AHEAD_MS milliseconds. */
const aheadMs = Number(process.env.CLOCK_AHEAD_MS);
const now = Date.now.bind(Date);

globalThis.Date = new Proxy(Date, {
  construct: (Right, given) => new Right(...((given.length === 0 ? [now() + aheadMs] : given) as [number])),
});
Date.now = () => now() + aheadMs;
