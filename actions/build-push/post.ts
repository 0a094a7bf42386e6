import { removePasswordFolder } from "../../core/image/docker/remove-password-folder.ts";
import { runPost } from "../run-post.ts";

/** The main step removes the registry's password itself, unless it was killed. */
process.exitCode = await runPost(async ({ readState }) => {
  const folder = readState("password-folder");
  if (folder !== undefined) await removePasswordFolder(folder);
  return {};
});
