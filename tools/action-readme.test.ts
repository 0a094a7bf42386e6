import { expect, it } from "vitest";
import { withTables } from "./action-readme.ts";

const readme = `# deploy
<!-- inputs -->
old
<!-- /inputs -->
between
<!-- outputs -->
<!-- /outputs -->
after
`;

it("puts tables between their marks and leaves the rest", () => {
  const metadata = {
    inputs: {
      service: { description: "A | B, <C>", required: true },
      cluster: { description: "Where.", required: false, default: "default" },
      image: { description: "What." },
    },
    outputs: { outcome: { description: "How it ended." } },
  };
  const wanted = `# deploy
<!-- inputs -->
| input | what it is | default |
| --- | --- | --- |
| \`service\` | A \\| B, &lt;C> | required |
| \`cluster\` | Where. | \`default\` |
| \`image\` | What. |  |
<!-- /inputs -->
between
<!-- outputs -->
| output | what it is |
| --- | --- |
| \`outcome\` | How it ended. |
<!-- /outputs -->
after
`;
  expect(withTables(readme, metadata)).toBe(wanted);
  expect(withTables(wanted, metadata)).toBe(wanted);
});

it("fails where a README has no place for a table", () => {
  expect(() => withTables("# deploy\n", {})).toThrow("inputs");
});
