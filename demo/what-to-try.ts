/** What `--keep` says. */
import { CLUSTER, SERVICE } from "./bootstrap.ts";

export function whatToTry(url: string, endpoint: string): string {
  return `
It is still running. Open ${url} in a browser, or in another shell of this folder:

  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
  npx ecs-pipeline status --cluster ${CLUSTER} --service ${SERVICE}
  curl ${url}/version
  aws ecs list-tasks --cluster ${CLUSTER}
  aws ecs describe-services --cluster ${CLUSTER} --services ${SERVICE} --query 'services[0].events[:5].message'

Stop a task and see it come back: aws ecs stop-task --cluster ${CLUSTER} --task TASK
Ctrl-C ends it and leaves nothing behind.`;
}
