import { ToolkitError } from "../platform/errors.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../platform/json.ts";
import { imageProblem, placeLeft } from "./image-reference.ts";
import { imagesByContainer, requireImageForm, requireOne } from "./images.ts";
import type { LoadedTaskDefinition } from "./loaded.ts";
import { type ContainerOverrides, containerOverride } from "./override.ts";
import { overrideTask, type TaskOverrides } from "./task-override.ts";

/** The placeholder that AWS's own pipelines use for the (first) image in a task definition file. */
const imagePlaceholder = "<IMAGE1_NAME>";

export interface Rendering extends ContainerOverrides, TaskOverrides {
  /** The image for the container, as ECS takes it: `repository:tag` or `repository@sha256:…`. */
  readonly image?: string | undefined;
  /**
   * The container that gets the image and what else is to be set in a container, or several with commas between them.
   * May be left out where a placeholder or a single container makes it plain.
   */
  readonly containerName?: string | undefined;
  /** `container=image`, for any number of containers besides. */
  readonly images?: readonly string[];
}

/**
 * Sets the image and the overrides: of the named containers; else of every container whose image is `<IMAGE1_NAME>`;
 * else of the only container. Sets the images of the containers that `images` names. Everything else in the document
 * stays as it is.
 * @throws {ToolkitError} TASK_DEFINITION_CONTAINER_NOT_FOUND, which lists the containers that there are; INPUT_INVALID
 */
export function renderTaskDefinition<Loaded extends LoadedTaskDefinition>(
  loaded: Loaded,
  rendering: Rendering,
): Loaded {
  const { image } = rendering;
  if (image !== undefined) requireImageForm("image", image);
  const containers = containersOf(loaded.document);
  const images = imagesByContainer(rendering.images);
  const named = rendering.containerName?.split(",").map((name) => name.trim()) ?? [];
  for (const name of [...named, ...images.keys()]) requireContainer(loaded.name, containers, name);
  const document = overrideTask(loaded.document, rendering);
  const override = containerOverride(rendering);
  const toChosen = image !== undefined || override !== undefined;
  if (!toChosen && images.size === 0) return document === loaded.document ? loaded : { ...loaded, document };
  const chosen = toChosen ? chooseContainers(loaded.name, containers, named) : new Set<JsonObject>();
  const containerDefinitions = containers.map((container) => {
    const ofName = images.get(containerNameOf(container));
    if (!chosen.has(container)) return withImage(container, ofName);
    if (ofName !== undefined) requireOne(containerNameOf(container), image, ofName);
    return withImage(override?.(container) ?? container, ofName ?? image);
  });
  return { ...loaded, document: { ...document, containerDefinitions } };
}

/**
 * Makes sure that each container has an image that can be one.
 * @throws {ToolkitError} TASK_DEFINITION_PLACEHOLDER_LEFT, TASK_DEFINITION_INVALID
 */
export function requireImages({ name, document }: LoadedTaskDefinition): void {
  for (const [index, container] of containersOf(document).entries()) {
    const image = typeof container.image === "string" ? container.image : "";
    const problem = imageProblem(image);
    if (problem === undefined) continue;
    const where = `${name}: containerDefinitions[${index}].image`;
    const left = placeLeft(image);
    const rest = `for container ${containerNameOf(container)}. Nothing was registered or updated.`;
    if (left !== undefined) {
      const message = `${where}: is still the placeholder ${left}${left === image ? "" : `, in ${image}`}`;
      throw new ToolkitError("TASK_DEFINITION_PLACEHOLDER_LEFT", message, `Give the image ${rest}`);
    }
    const message = `${where}: ${image === "" ? "" : `${JSON.stringify(image)}: `}${problem}`;
    throw new ToolkitError("TASK_DEFINITION_INVALID", message, `Correct the image ${rest}`);
  }
}

export function containersOf(document: JsonObject): readonly JsonObject[] {
  const { containerDefinitions } = document;
  return isJsonList(containerDefinitions) ? containerDefinitions.filter((item: JsonValue) => isJsonObject(item)) : [];
}

function withImage(container: JsonObject, image: string | undefined): JsonObject {
  return image === undefined ? container : { ...container, image };
}

function chooseContainers(
  origin: string,
  containers: readonly JsonObject[],
  named: readonly string[],
): ReadonlySet<JsonObject> {
  if (named.length > 0)
    return new Set(containers.filter(({ name }) => typeof name === "string" && named.includes(name)));
  const placeholders = containers.filter((container) => container.image === imagePlaceholder);
  if (placeholders.length > 0) return new Set(placeholders);
  if (containers.length === 1) return new Set(containers);
  throw new ToolkitError(
    "TASK_DEFINITION_CONTAINER_NOT_FOUND",
    `${origin}: has ${containers.length} containers and no ${imagePlaceholder}: which one is meant is not said`,
    `Give container-name: ${names(containers)}. Nothing was registered or updated.`,
  );
}

function requireContainer(origin: string, containers: readonly JsonObject[], containerName: string): void {
  if (containers.some((container) => container.name === containerName)) return;
  throw new ToolkitError(
    "TASK_DEFINITION_CONTAINER_NOT_FOUND",
    `${origin}: has no container "${containerName}"`,
    `Use one of its containers: ${names(containers)}. Nothing was registered or updated.`,
  );
}

function names(containers: readonly JsonObject[]): string {
  return containers.map(containerNameOf).join(", ");
}

function containerNameOf(container: JsonObject): string {
  return typeof container.name === "string" ? container.name : "(without a name)";
}
