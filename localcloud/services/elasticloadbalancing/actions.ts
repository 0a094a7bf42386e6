/**
 * The action of a rule: forward, fixed-response or redirect.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html
 */
import type {
  Action,
  FixedResponseActionConfig,
  RedirectActionConfig,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { FixedResponse, Redirect } from "../../loadbalancer/rule-answers.ts";
import { AwsError } from "../../protocol/aws-error.ts";
import { checkRange, validationError } from "./errors.ts";
import { type ActionPlace, forwardFrom, forwardView } from "./forward.ts";
import { notImplemented, refuseMembers } from "./refusals.ts";
import type { RuleAction } from "./store.ts";

const MAX_ORDER = 50_000;
const MAX_BODY = 1024;
const MAX_COMPONENT = 128;
const CONTENT_TYPES = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];

const CONFIGURATIONS = {
  forward: ["TargetGroupArn", "ForwardConfig"],
  "fixed-response": ["FixedResponseConfig"],
  redirect: ["RedirectConfig"],
} as const;

/**
 * @throws {AwsError} ValidationError, TargetGroupNotFoundException, TargetGroupAssociationLimitException,
 * InvalidLoadBalancerActionException, NotImplemented
 */
export function actionFrom(actions: readonly Action[] | undefined, place: ActionPlace): RuleAction {
  const [action, ...more] = actions ?? [];
  if (action === undefined) throw validationError("You must specify an action");
  if (more.length > 0) throw notImplemented("rules with more than one action");
  refuseMembers(action, ["AuthenticateCognitoConfig", "AuthenticateOidcConfig", "JwtValidationConfig"]);
  if (action.Order !== undefined) checkRange("order", action.Order, { min: 1, max: MAX_ORDER });
  return { ...destinationFrom(action, place), ...(action.Order === undefined ? {} : { order: action.Order }) };
}

/** The action as the API shows it. */
export function actionView(action: RuleAction): Action {
  return {
    Type: action.type,
    ...(action.order === undefined ? {} : { Order: action.order }),
    ...(action.type === "forward" ? forwardView(action) : {}),
    ...(action.type === "fixed-response" ? { FixedResponseConfig: fixedResponseView(action) } : {}),
    ...(action.type === "redirect" ? { RedirectConfig: redirectView(action) } : {}),
  };
}

function destinationFrom(action: Action, place: ActionPlace): RuleAction {
  const type = action.Type;
  if (type !== "forward" && type !== "fixed-response" && type !== "redirect") throw notImplemented(`'${type}' actions`);
  const foreign = Object.entries(CONFIGURATIONS)
    .flatMap(([other, members]) => (other === type ? [] : members))
    .find((member) => action[member] !== undefined);
  if (foreign !== undefined) throw validationError(`An action of type '${type}' cannot have ${foreign}`);
  if (type === "forward") return forwardFrom(action, place);
  return type === "redirect" ? redirectFrom(action.RedirectConfig) : fixedResponseFrom(action.FixedResponseConfig);
}

function fixedResponseFrom(config: FixedResponseActionConfig | undefined): FixedResponse {
  const { StatusCode = "", ContentType = "text/plain", MessageBody = "" } = config ?? {};
  if (!/^[245]\d\d$/.test(StatusCode))
    throw validationError(`The status code '${StatusCode}' of a fixed response must be 2XX, 4XX or 5XX`);
  if (!CONTENT_TYPES.includes(ContentType))
    throw validationError(`The content type '${ContentType}' must be one of '[${CONTENT_TYPES.join(", ")}]'`);
  if (MessageBody.length > MAX_BODY)
    throw validationError(`The message body of a fixed response can have at most ${MAX_BODY} characters`);
  return { type: "fixed-response", status: Number(StatusCode), contentType: ContentType, body: MessageBody };
}

function fixedResponseView({ status, contentType, body }: FixedResponse): FixedResponseActionConfig {
  return { StatusCode: String(status), ContentType: contentType, ...(body === "" ? {} : { MessageBody: body }) };
}

function redirectFrom(config: RedirectActionConfig | undefined): Redirect {
  const {
    Protocol = "#{protocol}",
    Host = "#{host}",
    Port = "#{port}",
    Path = "/#{path}",
    Query = "#{query}",
  } = config ?? {};
  check("protocol", Protocol, /^(HTTPS?|#\{protocol\})$/);
  check("host", Host, /^[!-~]+$/);
  check("port", Port, /^(\d{1,5}|#\{port\})$/);
  if (Port !== "#{port}") checkRange("port", Number(Port), { min: 1, max: 65_535 });
  check("path", Path, /^\/[!-~]*$/);
  check("query", Query, /^[!-~]*$/);
  // A query or a path that grows with every turn is a loop as well.
  if (Protocol === "#{protocol}" && Host === "#{host}" && Port === "#{port}" && Path.includes("#{path}"))
    throw new AwsError(
      "InvalidLoadBalancerActionException",
      "The redirect configuration is not valid because it creates a loop.",
    );
  const parts = { protocol: Protocol, host: Host, port: Port, path: Path, query: Query };
  return { type: "redirect", status: redirectStatus(config?.StatusCode), ...parts };
}

function redirectStatus(code: string | undefined): 301 | 302 {
  if (code === "HTTP_301") return 301;
  if (code === "HTTP_302") return 302;
  throw validationError(`The redirect status code '${code ?? ""}' must be one of '[HTTP_301, HTTP_302]'`);
}

function redirectView({ protocol, host, port, path, query, status }: Redirect): RedirectActionConfig {
  return { Protocol: protocol, Host: host, Port: port, Path: path, Query: query, StatusCode: `HTTP_${status}` };
}

function check(part: string, value: string, form: RegExp): void {
  if (value.length > MAX_COMPONENT || !form.test(value))
    throw validationError(`The redirect ${part} '${value}' is not valid`);
}
