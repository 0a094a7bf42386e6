import type { EcsApi } from "./ecs.ts";
import { lazily } from "./lazily.ts";
import type { ClientSettings } from "./settings.ts";

/** Amazon ECS alone, in a file of its own: what imports only this has no other service's client in its bundle. */
export function ecsClient(settings: ClientSettings = {}): EcsApi {
  return lazily<EcsApi>(async () => (await import("./ecs.ts")).ecsApi(settings));
}
