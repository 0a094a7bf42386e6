/** Images that nobody can have meant: what a workflow, a shell or a template gave where it had nothing to give. */
import type { Failure } from "./failure.ts";
import { refused } from "./inputs.failures.ts";

const digest = "sha256:12ab";

/** As `--image` gives it, and why it is refused. */
const given: readonly (readonly [name: string, image: string, why: RegExp])[] = [
  ["null", "null", /: says null: what was to give its name or tag gave nothing$/],
  ["an undefined tag", "example.com/web:undefined", /: says undefined: what was to give its name or tag gave nothing$/],
  ["no tag after its colon", "example.com/web:", /: ends without the tag$/],
  ["no digest after its @", "example.com/web@", /: ends without the digest$/],
  ["half a digest", `example.com/web@${digest}`, /: sha256:12ab is not a digest/],
  ["no registry before its slash", "/web:1", /: begins without the registry$/],
  ["upper case", "example.com/Team/Web:1", /: its repository must be in lower case: team\/web$/],
  ["a space", "example.com/web: 1", /: has white space in it$/],
  ["a line break", "example.com/web:1\n", /1\\n": has white space in it$/],
  ["a scheme", "https://example.com/web:1", /: https: is not a registry's host$/],
  [
    "an expression",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what people leave in.
    "${{ steps.image.outputs.image }}",
    /: \$\{\{ steps\.image\.outputs\.image \}\} was not filled in$/,
  ],
  ["a variable", "$IMAGE", /: \$IMAGE was not filled in$/],
];

/** As the task definition file has it, for a container that no image is given for. */
const inTheFile: readonly (readonly [name: string, image: string | null, outcome: string, why: RegExp])[] = [
  [
    "<IMAGE2_NAME>",
    "<IMAGE2_NAME>",
    "TASK_DEFINITION_PLACEHOLDER_LEFT",
    /image: is still the placeholder <IMAGE2_NAME>$/,
  ],
  [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what people leave in.
    "${TAG}",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what people leave in.
    "web:${TAG}",
    "TASK_DEFINITION_PLACEHOLDER_LEFT",
    /image: is still the placeholder \$\{TAG\}, in web:\$\{TAG\}$/,
  ],
  ["undefined", "undefined", "TASK_DEFINITION_INVALID", /image: "undefined": says undefined: /],
  ["no image at all", null, "TASK_DEFINITION_INVALID", /image: is empty$/],
];

export const imageFailures: readonly Failure[] = [
  ...given.map(([name, image, why]) =>
    refused(
      `wrong image reference: ${name}`,
      { image },
      {
        outcome: "INPUT_INVALID",
        exitCode: 2,
        why: new RegExp(`^image: ".*${why.source}`),
        fix: /^Give the image as repository:tag or repository@sha256:…\. Nothing was registered or updated\.$/,
      },
    ),
  ),
  refused(
    "wrong image reference: in images",
    { flags: ["--images", "web=Web:1"] },
    {
      outcome: "INPUT_INVALID",
      exitCode: 2,
      why: /^images: "Web:1": its repository must be in lower case: web$/,
      fix: /^Give the image of container web as repository:tag .* Nothing was registered or updated\.$/,
    },
  ),
  ...inTheFile.map(([name, image, outcome, why]) =>
    refused(
      `wrong image reference: in the file, ${name}`,
      {
        edit: (definition) => ({
          ...definition,
          containerDefinitions: [...(definition.containerDefinitions ?? []), { name: "proxy", image }],
        }),
      },
      {
        outcome,
        why: new RegExp(`^taskdef-\\d+\\.json: containerDefinitions\\[1\\]\\.${why.source}`),
        fix: /^(Give|Correct) the image for container proxy\. Nothing was registered or updated\.$/,
      },
    ),
  ),
];
