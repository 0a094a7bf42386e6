import type { FixedInput } from "../given-inputs.ts";

/** What docker/build-push-action lets choose and this action is there to do. */
export const fixed: readonly FixedInput[] = [
  {
    name: "push",
    description: "Always true: the image is for Amazon ECS, which takes it from Amazon ECR.",
    value: "true",
    why: "Take push out: this action always pushes. To build without a push, as for pull requests, use docker/build-push-action or leave the step out by `if:`.",
  },
  {
    name: "load",
    description: "Always false: the image goes to Amazon ECR alone.",
    value: "false",
    why: "Take load out: this action leaves no image in the engine. Pull the output image in a later step, or use docker/build-push-action.",
  },
];
