import { describe, expect, it } from "vitest";
import { imageProblem } from "./image-reference.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("an image's form", () => {
  it.each([
    "web",
    "web:3f9e1c2",
    "library/web:1.0_rc-1",
    "a__b/c-d.e",
    "localhost/web",
    "localhost:5000/web:1",
    "127.0.0.1:4566/ecs-demo:1.0.0",
    "[::1]:5000/web",
    `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web@${digest}`,
    `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web:1@${digest}`,
    "Registry/web:LATEST",
    "nullable:nonesuch",
    "127.0.0.1:5000/web:none",
    "localhost:5000",
    "[FE80::1]:5000/web:1",
    "REGISTRY.Example.com:443/a/b__c/d--e:T_1.2-3",
    "public.ecr.aws/docker/library/busybox:1.36-musl",
    `web:${"t".repeat(128)}`,
    `example.com/${"a/".repeat(120)}web`,
    `web@sha512:${"0".repeat(128)}`,
  ])("is right: %s", (image) => expect(imageProblem(image)).toBeUndefined());

  it.each([
    ["", "is empty"],
    [" ", "is empty"],
    ["web:1\n", "has white space in it"],
    ["my web:1", "has white space in it"],
    ["null", "says null: what was to give its name or tag gave nothing"],
    ["undefined", "says undefined: what was to give its name or tag gave nothing"],
    ["127.0.0.1:5000/web:undefined", "says undefined: what was to give its name or tag gave nothing"],
    ["example.com/null:1", "says null: what was to give its name or tag gave nothing"],
    ["web:", "ends without the tag"],
    ["web@", "ends without the digest"],
    ["web@sha256:", "sha256: is not a digest (sha256: and 64 of 0-9a-f)"],
    ["web@sha256:12ab", "sha256:12ab is not a digest (sha256: and 64 of 0-9a-f)"],
    [`web@${digest}@${digest}`, "has more than one @"],
    ["/web:1", "begins without the registry"],
    ["Web:1", "its repository must be in lower case: web"],
    ["example.com/Team/Web:1", "its repository must be in lower case: team/web"],
    ["exam_ple.com/web:1", "exam_ple.com is not a registry's host"],
    ["https://example.com/web:1", "https: is not a registry's host"],
    ["example.com//web:1", "is not repository:tag"],
    ["web:a:b", "is not repository:tag"],
    ["web:-1", "-1 is not a tag"],
    ["web:NaN", "says NaN: what was to give its name or tag gave nothing"],
    ["web:None", "says None: what was to give its name or tag gave nothing"],
    ["<IMAGE1_NAME>", "<IMAGE1_NAME> was not filled in"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a workflow, a shell and templates have in it.
    ["${{ steps.image.outputs.image }}", "${{ steps.image.outputs.image }} was not filled in"],
    ["$IMAGE", "$IMAGE was not filled in"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as above.
    ["web:${TAG}", "${TAG} was not filled in"],
    ["{{ image }}", "{{ image }} was not filled in"],
  ])("is wrong: %j", (image, problem) => expect(imageProblem(image)).toBe(problem));
});
