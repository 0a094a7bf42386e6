/** The two schemas of the SDK that a task definition is checked against, alone: a bundle of them is small. */
export { RegisterTaskDefinitionRequest$, TaskDefinition$ } from "@aws-sdk/client-ecs";
