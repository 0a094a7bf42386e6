/** `PUT /_localcloud/scan-findings`: what image scans find, since the local cloud knows no vulnerabilities. */
import type { ImageScanFinding } from "@aws-sdk/client-ecr";
import * as v from "valibot";
import type { OwnPage } from "../../../gateway/own-pages.ts";
import { AwsError } from "../../../protocol/aws-error.ts";
import type { Scanner } from "./scanner.ts";

/** The findings themselves are checked where they are planted. */
const plantedSchema = v.strictObject({
  repositoryName: v.string(),
  image: v.exactOptional(
    v.strictObject({ imageDigest: v.exactOptional(v.string()), imageTag: v.exactOptional(v.string()) }),
  ),
  findings: v.array(v.custom<ImageScanFinding>((value) => typeof value === "object" && value !== null)),
});

export function plantPage(scanner: Scanner): OwnPage {
  return (body) => {
    const planted = v.safeParse(plantedSchema, body, { abortEarly: true });
    if (!planted.success) {
      const [issue] = planted.issues;
      throw new AwsError("ValidationException", `${v.getDotPath(issue) ?? "The body"}: ${issue.message}`);
    }
    scanner.plant(planted.output);
    return { planted: planted.output.findings.length };
  };
}
