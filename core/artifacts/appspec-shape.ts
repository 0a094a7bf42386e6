/** What an AppSpec for Amazon ECS may hold, by CodeDeploy's names. */
export type AppSpecShape =
  | { readonly kind: "structure"; readonly members: Readonly<Record<string, AppSpecShape>> }
  | { readonly kind: "list"; readonly item: AppSpecShape }
  /** An object whose only key is a name that the writer chose. */
  | { readonly kind: "named"; readonly item: AppSpecShape }
  | { readonly kind: "scalar" };

const scalar: AppSpecShape = { kind: "scalar" };

const properties = structure({
  TaskDefinition: scalar,
  LoadBalancerInfo: structure({ ContainerName: scalar, ContainerPort: scalar }),
  PlatformVersion: scalar,
  NetworkConfiguration: structure({
    AwsvpcConfiguration: structure({ Subnets: list(scalar), SecurityGroups: list(scalar), AssignPublicIp: scalar }),
  }),
  CapacityProviderStrategy: list(structure({ Base: scalar, CapacityProvider: scalar, Weight: scalar })),
});

const hooks = structure({
  BeforeInstall: scalar,
  AfterInstall: scalar,
  AfterAllowTestTraffic: scalar,
  BeforeAllowTraffic: scalar,
  AfterAllowTraffic: scalar,
});

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html and -hooks.html */
export const appSpecShape: AppSpecShape = structure({
  version: scalar,
  Resources: list({ kind: "named", item: structure({ Type: scalar, Properties: properties }) }),
  Hooks: list(hooks),
});

function structure(members: Readonly<Record<string, AppSpecShape>>): AppSpecShape {
  return { kind: "structure", members };
}

function list(item: AppSpecShape): AppSpecShape {
  return { kind: "list", item };
}
