/** Runs a sequence of steps, and judges every moment of it. */
import { mended } from "./images.ts";
import { INVARIANTS } from "./invariants/all.ts";
import type { Check } from "./invariants/invariant.ts";
import { unsettled } from "./liveness.ts";
import { Observer } from "./observe.ts";
import { perform } from "./perform.ts";
import { NOTHING, newEvents, type ServiceView, type Snapshot, sameService } from "./snapshot.ts";
import { ALARMS, type Step } from "./steps.ts";
import { World } from "./world.ts";

const MINUTE = 60_000;
/** The longest back-off (15 minutes), grace, bake and drain fit in with room to spare. */
const PATIENCE = [1, 2, 4, 8, 16, 32, 64].map((minutes) => minutes * MINUTE);

/** In the ids of tasks, deployments and revisions, and of service deployments. */
const RANDOM =
  /(?<=task[ /](?:default\/)?)[0-9a-f]{32}|(?<=ecs-svc\/)\d+|(?<=service-(?:deployment|revision)\/\w+\/\w+\/)[\w-]+/g;
const LAST_LINES = 40;

class Broken extends Error {}

/**
 * Does the steps, then mends everything and waits for the services to settle.
 * @returns what happened, line by line, without anything that is drawn at random: the same for the same steps
 * @throws {Broken} as soon as an invariant does not hold, naming it and the time since the start
 */
export async function run(steps: readonly Step[]): Promise<readonly string[]> {
  const judge = new Judge();
  const world = new World((at) => judge.look(at));
  judge.watch(world);
  try {
    for (const step of steps) {
      judge.note(JSON.stringify(step));
      await perform(world, step);
      // No two calls come in the same millisecond, so that a service is told from the one before it of its name.
      await world.clock.advance(1);
      judge.check();
    }
    await settle(world, judge);
  } finally {
    await world.close();
  }
  return judge.transcript();
}

async function settle(world: World, judge: Judge): Promise<void> {
  world.runtime.play(mended);
  for (const AlarmName of ALARMS) world.alarms.setState({ AlarmName, StateValue: "OK", StateReason: "" }, "OK");
  judge.note("everything is mended");
  for (const ms of PATIENCE) {
    await world.clock.advance(ms);
    judge.check();
    if (judge.unsettled() === undefined) return;
  }
  throw judge.broken("liveness", judge.unsettled() ?? "");
}

class Judge {
  readonly #checks: readonly { readonly name: string; readonly check: Check }[] = INVARIANTS.map(({ name, start }) => ({
    name,
    check: start(),
  }));
  readonly #events: { readonly service: string; readonly message: string }[] = [];
  readonly #lines: string[] = [];
  #world: World | undefined;
  #observer: Observer | undefined;
  #before: Snapshot = NOTHING;
  #start = 0;
  #broken: Broken | undefined;

  watch(world: World): void {
    this.#world = world;
    this.#observer = new Observer(world);
    this.#start = world.clock.now();
  }

  note(line: string): void {
    this.#lines.push(line);
  }

  /** After every event of the simulation. Only the first thing that is wrong counts. */
  look(at: number): void {
    if (this.#broken !== undefined || this.#observer === undefined) return;
    const now = this.#observer.observe(at);
    this.#record(now);
    for (const { name, check } of this.#checks) {
      const wrong = check(now, this.#before);
      if (wrong === undefined) continue;
      this.#broken = this.broken(name, wrong);
      break;
    }
    this.#before = now;
  }

  /** @throws {Broken} */
  check(): void {
    const [bug] = this.#world?.bugs ?? [];
    if (bug !== undefined) throw bug;
    if (this.#broken !== undefined) throw this.#broken;
  }

  unsettled(): string | undefined {
    return unsettled(this.#before, (service) => this.#eventsOf(service));
  }

  broken(invariant: string, what: string): Broken {
    const seconds = ((this.#world?.clock.now() ?? 0) - this.#start) / 1000;
    const [sentence = "", ...lines] = named([`${invariant}, after ${seconds} s: ${what}`, ...this.#lines]);
    return new Broken([sentence, ...lines.slice(-LAST_LINES)].join("\n"));
  }

  /** Everything that was noted. */
  transcript(): readonly string[] {
    return named(this.#lines);
  }

  #record(now: Snapshot): void {
    for (const service of now.services)
      for (const { message = "" } of newEvents(service, sameService(this.#before, service))) {
        this.#events.push({ service: keyOf(service), message });
        const { status, runningCount, pendingCount } = service.shape;
        this.note(`${(now.now - this.#start) / 1000} s ${message} [${status}, ${runningCount} + ${pendingCount}]`);
      }
  }

  #eventsOf(service: ServiceView): string[] {
    return this.#events.filter((event) => event.service === keyOf(service)).map(({ message }) => message);
  }
}

/** What is drawn at random, named in the order in which it appears. */
function named(lines: readonly string[]): string[] {
  const names = new Map<string, string>();
  return lines.map((line) =>
    line.replace(RANDOM, (id) => {
      const name = names.get(id) ?? `#${names.size + 1}`;
      names.set(id, name);
      return name;
    }),
  );
}

function keyOf({ shape }: ServiceView): string {
  return `${shape.serviceArn} ${shape.createdAt?.getTime()}`;
}
