/** AWS Identity and Access Management: the roles that Amazon ECS is given. https://docs.aws.amazon.com/IAM/latest/APIReference */
import type { IAM } from "@aws-sdk/client-iam";
import type { Operations, Service } from "../../gateway/service.ts";
import { createLinkedRole, createRole } from "./create-role.ts";
import { limitExceeded, noSuchEntity, validation } from "./errors.ts";
import { page } from "./paging.ts";
import { checkDocument } from "./policy-document.ts";
import { roleShape, urlEncoded } from "./role-shape.ts";
import type { RoleStore } from "./role-store.ts";

const POLICY_NAME = /^[\w+=,.@-]{1,128}$/;
/** Which policies AWS manages changes by the week; nobody here can have made one. */
const MANAGED_POLICY = /^arn:aws:iam::aws:policy\/[\w+=,.@/-]{1,512}$/;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_ATTACHED = 10;
const MOST_INLINE_CHARACTERS = 10_240;

export function iamService(store: RoleStore): Service {
  const operations: Operations<IAM> = {
    CreateRole: (input) => ({ Role: roleShape(createRole(store, input)) }),
    GetRole: ({ RoleName = "" }) => ({ Role: roleShape(store.find(RoleName)) }),
    DeleteRole({ RoleName = "" }) {
      store.delete(RoleName);
      return {};
    },
    UpdateAssumeRolePolicy({ RoleName = "", PolicyDocument = "" }) {
      const role = store.find(RoleName);
      checkDocument(PolicyDocument);
      role.trustPolicy = PolicyDocument;
      return {};
    },
    CreateServiceLinkedRole: (input) => ({ Role: roleShape(createLinkedRole(store, input)) }),

    AttachRolePolicy({ RoleName = "", PolicyArn = "" }) {
      const role = store.find(RoleName);
      if (!MANAGED_POLICY.test(PolicyArn))
        throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`);
      if (role.attached.size >= MOST_ATTACHED && !role.attached.has(PolicyArn))
        throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${MOST_ATTACHED}`);
      role.attached.add(PolicyArn);
      return {};
    },
    DetachRolePolicy({ RoleName = "", PolicyArn = "" }) {
      if (!store.find(RoleName).attached.delete(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
      return {};
    },
    ListAttachedRolePolicies({ RoleName = "", PathPrefix, Marker, MaxItems }) {
      if (PathPrefix !== undefined && PathPrefix !== "/") throw validation("The local cloud takes no PathPrefix.");
      const { items, ...more } = page([...store.find(RoleName).attached], Marker, MaxItems);
      return {
        AttachedPolicies: items.map((arn) => ({ PolicyArn: arn, PolicyName: arn.slice(arn.lastIndexOf("/") + 1) })),
        ...more,
      };
    },

    PutRolePolicy({ RoleName = "", PolicyName = "", PolicyDocument = "" }) {
      const role = store.find(RoleName);
      if (!POLICY_NAME.test(PolicyName)) throw validation("The specified value for policyName is invalid.");
      checkDocument(PolicyDocument);
      const others = [...role.inline].filter(([name]) => name !== PolicyName).map(([, document]) => document);
      if ([...others, PolicyDocument].join("").replaceAll(/\s/g, "").length > MOST_INLINE_CHARACTERS)
        throw limitExceeded(`Maximum policy size of ${MOST_INLINE_CHARACTERS} bytes exceeded for role ${RoleName}`);
      role.inline.set(PolicyName, PolicyDocument);
      return {};
    },
    GetRolePolicy({ RoleName = "", PolicyName = "" }) {
      const document = store.find(RoleName).inline.get(PolicyName);
      if (document === undefined) throw policyNotFound(PolicyName);
      return { RoleName, PolicyName, PolicyDocument: urlEncoded(document) };
    },
    DeleteRolePolicy({ RoleName = "", PolicyName = "" }) {
      if (!store.find(RoleName).inline.delete(PolicyName)) throw policyNotFound(PolicyName);
      return {};
    },
    ListRolePolicies({ RoleName = "", Marker, MaxItems }) {
      const { items, ...more } = page([...store.find(RoleName).inline.keys()], Marker, MaxItems);
      return { PolicyNames: items, ...more };
    },
  };
  return {
    signingName: "iam",
    protocol: "query",
    xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    schemas: () => import("./schemas.ts"),
    operations,
  };
}

function policyNotFound(name: string) {
  return noSuchEntity(`The role policy with name ${name} cannot be found.`);
}
