/** What the post step does where it has something to do; loaded only then. */
import type { BegunDeployment } from "../../core/deployment/begun.ts";
import { confirmDeployment } from "../../core/deployment/confirm.ts";
import { ToolkitError } from "../../core/platform/errors.ts";
import type { PostEnding } from "../run-post.ts";

type Confirm = Parameters<typeof confirmDeployment>;

/** Confirms each; one that cannot be confirmed keeps none of the others from being told. */
export async function confirmEach(
  clients: Confirm[0],
  deployments: readonly BegunDeployment[],
  options: Confirm[2],
): Promise<PostEnding> {
  const found = await Promise.all(
    deployments.map(async (each) => {
      const confirmed = confirmDeployment(clients, each, options);
      const said = await confirmed.catch((error: unknown) => {
        if (error instanceof ToolkitError) return error;
        throw error;
      });
      return { service: each.service, said };
    }),
  );
  const failures = found.flatMap(({ service, said }) => (typeof said === "string" ? [] : [{ service, error: said }]));
  const [first] = failures;
  return {
    report: found.flatMap(({ service, said }) =>
      typeof said === "string" ? [`${"now".padEnd(9)}${service}: ${said}`] : [],
    ),
    ...(first !== undefined && {
      failure: {
        code: first.error.code,
        message: failures.map(({ service, error }) => `${service}: ${error.message}`).join("; "),
        remedy: [...new Set(failures.map(({ error }) => error.remedy))].join(" "),
      },
    }),
  };
}
