import { constants } from "node:os";

/**
 * The signal that an image's STOPSIGNAL asks for: `SIGQUIT`, `QUIT` or `3`. Where it names none that this machine can
 * send (`SIGRTMIN+3`), or the image has none, it is SIGTERM, with SIGKILL to follow.
 */
export function stopSignal(given: string | undefined): NodeJS.Signals {
  const names = Object.keys(constants.signals) as NodeJS.Signals[];
  const wanted = given?.trim().toUpperCase();
  return (
    names.find((name) => name === wanted || name === `SIG${wanted}` || String(constants.signals[name]) === wanted) ??
    "SIGTERM"
  );
}
