import fc from "fast-check";

const names = fc.stringMatching(/^[a-z][a-z0-9-]{1,12}$/);

const containers = fc.record(
  {
    name: names,
    image: fc.stringMatching(/^[a-z]{2,8}:[a-z0-9]{1,8}$/),
    cpu: fc.nat(1024),
    essential: fc.boolean(),
    command: fc.array(fc.string(), { maxLength: 3 }),
    environment: fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[A-Z_]{1,4}$/), value: fc.string() }), {
      selector: (variable) => variable.name,
      maxLength: 4,
    }),
    dockerLabels: fc.dictionary(names, fc.string(), { maxKeys: 3 }),
    portMappings: fc.uniqueArray(fc.record({ containerPort: fc.integer({ min: 1, max: 65535 }) }), {
      selector: (mapping) => mapping.containerPort,
      maxLength: 2,
    }),
  },
  { requiredKeys: ["name", "image", "environment"] },
);

/** Task definitions that ECS would take, for properties. */
export const taskDefinitions = fc.record({
  family: names,
  networkMode: fc.constantFrom("awsvpc", "bridge"),
  cpu: fc.constantFrom("256", "1 vCPU"),
  containerDefinitions: fc
    .uniqueArray(containers, { selector: (container) => container.name, minLength: 1, maxLength: 3 })
    .map(([first, ...others]) => {
      if (first === undefined) throw new Error("minLength is 1");
      return [first, ...others] as const;
    }),
});
