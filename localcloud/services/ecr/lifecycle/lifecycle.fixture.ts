/** For tests: lifecycle policies. */

/** Any images but the youngest `countNumber`. */
export function countRule(rulePriority: number, countNumber: number) {
  return rule(rulePriority, { tagStatus: "any", countNumber });
}

/** A rule that keeps one image of those that it selects, unless `selection` says otherwise. */
export function rule(rulePriority: number, selection: object) {
  return {
    rulePriority,
    selection: { countType: "imageCountMoreThan", countNumber: 1, ...selection },
    action: { type: "expire" },
  };
}

export function policyOf(...rules: object[]): string {
  return JSON.stringify({ rules }, undefined, 4);
}
