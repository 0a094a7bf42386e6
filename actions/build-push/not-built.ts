/** What docker/build-push-action v7 takes and this action does not take yet. */
export const notBuilt: readonly string[] = [
  "add-hosts",
  "allow",
  "annotations",
  "attests",
  "build-contexts",
  "call",
  "cgroup-parent",
  "github-token",
  "network",
  "no-cache-filters",
  "outputs",
  "shm-size",
  "ssh",
  "ulimit",
];
