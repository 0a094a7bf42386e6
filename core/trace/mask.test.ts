import { describe, expect, it } from "vitest";
import { Masker } from "./mask.ts";
import { maskFile } from "./mask-file.ts";
import { maskInput } from "./mask-input.ts";
import { maskValues } from "./mask-values.ts";

const masker = () => new Masker({ accountIds: false });

/** Every place of a task definition where people put secrets, each with its own. */
const document = {
  family: "web",
  containerDefinitions: [
    {
      name: "web",
      image: "000000000000.dkr.ecr.eu-west-1.amazonaws.com/web:1",
      environment: [
        { name: "DATABASE_URL", value: "postgres://user:planted-pw@db/app" },
        { name: "PLAIN", value: "planted-plain" },
        { name: "EMPTY", value: "" },
        { name: "SAME", value: "planted-plain" },
      ],
      secrets: [{ name: "TOKEN", valueFrom: "arn:aws:secretsmanager:eu-west-1:1:secret:token-abc" }],
      command: ["server", "--password", "planted-word", "--port", "80"],
      healthCheck: { command: ["CMD-SHELL", "curl -H 'token: planted-token' localhost/healthz"] },
      dockerLabels: { note: "planted-label" },
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": "/ecs/web", "splunk-token": "planted-option" },
      },
      shiny: { apiKey: "planted-unknown" },
    },
  ],
  tags: [
    { key: "team", value: "shop" },
    { key: "password", value: "planted-tag" },
  ],
};

describe("masking", () => {
  it("leaves nothing of a secret in what calls take and answer, and all that the engine reads", () => {
    const masked = maskValues(document, masker(), "RegisterTaskDefinition");
    expect(JSON.stringify(masked)).not.toContain("planted");
    expect(masked).toMatchObject({
      family: "web",
      containerDefinitions: [
        {
          name: "web",
          image: document.containerDefinitions[0]?.image,
          environment: [
            { name: "DATABASE_URL", value: expect.stringMatching(/^masked-\d+$/) },
            { name: "PLAIN", value: "masked-2" },
            { name: "EMPTY", value: "" },
            { name: "SAME", value: "masked-2" },
          ],
          secrets: document.containerDefinitions[0]?.secrets,
          command: ["server", "--password", expect.stringMatching(/^masked-/), "--port", "80"],
          logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/ecs/web" } },
        },
      ],
      tags: [{ key: "team", value: "shop" }, { key: "password" }],
    });
  });

  it("keeps what is equal equal, and what is not apart", () => {
    const same = masker();
    const twice = [maskValues(document, same), maskValues(structuredClone(document), same)];
    expect(twice[0]).toEqual(twice[1]);
    expect(same.hide("a-value")).toBe(same.hide("a-value"));
    expect(same.hide("masked-1")).not.toBe("masked-1");
    expect(masker().hide("a-value")).toBe(masker().hide("another"));
  });

  it("finds environment values in what a container wrote, alone or in part, but no name that is told openly", () => {
    const found = masker();
    maskValues({ ...document, containerDefinitions: [...document.containerDefinitions, named] }, found);
    const lines = [
      "connect postgres://user:planted-pw@db/app",
      "pw is planted-pw",
      "plain planted-plain!",
      "web-shop says info",
      "Authorization token=abcdef0123",
    ];
    const { events } = maskValues({ events: lines.map((message) => ({ message })) }, found, "GetLogEvents") as Events;
    const text = events.map(({ message }) => message).join("\n");
    expect(text).not.toMatch(/planted|abcdef0123/);
    expect(text).toContain("web-shop says info");
  });

  it("finds them in AWS's own sentences, and leaves what AWS calls a secret there", () => {
    const found = masker();
    maskValues(document, found);
    const reason = "unable to get secret: arn:aws:secretsmanager:x planted-plain";
    expect(maskValues({ stoppedReason: reason }, found)).toEqual({
      stoppedReason: "unable to get secret: arn:aws:secretsmanager:x masked-2",
    });
  });

  it("hides credentials in whatever they stand", () => {
    const key = "ASIAABCDEFGHIJKLMNOP";
    const sentence = `Canonical String: x-amz-security-token:planted-token ${key}`;
    expect(masker().text(sentence)).not.toMatch(/planted|ASIA/);
  });

  it("hides values however the key that they are under is spelt, and of whatever type they are", () => {
    const container = (members: object) => ({ containerDefinitions: [{ name: "web", ...members }] });
    const documents = [
      container({ enviroment: [{ name: "A", value: "planted" }] }),
      container({ environment: { A: "planted" } }),
      container({ environment: ["A=planted"] }),
      container({ environment: [{ name: "A", vale: "planted" }] }),
      container({ Environment: [{ Name: "A", Value: "planted" }] }),
      container({ logConfiguration: { Options: { "splunk-url": "planted" } } }),
    ];
    for (const each of documents) expect(JSON.stringify(maskValues(each, masker()))).not.toContain("planted");
    const numbers = maskValues(container({ environment: [{ name: "A", value: 47_114_711 }] }), masker());
    expect(numbers).toEqual(container({ environment: [{ name: "A", value: 1 }] }));
  });

  it.each([
    [["--password", "p@ss,planted;x"]],
    [["--password=p@;,&planted"]],
    [["sh", "-c", "PGPASSWORD=p@planted psql"]],
    [["--token", 'with "quotes" planted']],
    [["git", "clone", "https://ghp_planted1234567890@github.com/x"]],
    [["curl", "-H", "Authorization: Bearer planted.abc.def"]],
    [["fetch", "https://b.s3.amazonaws.com/x?X-Amz-Signature=planted00&X-Amz-Security-Token=planted"]],
  ])("hides the whole of a secret in the command %j", (command) => {
    const found = masker();
    const masked = maskValues({ command }, found) as { command: string[] };
    expect(JSON.stringify(masked)).not.toContain("planted");
    expect(masked.command).toHaveLength(command.length);
    expect(maskValues({ command }, found)).toEqual(masked);
    expect(maskInput({ command: JSON.stringify(command) }, found)).toEqual({ command: JSON.stringify(masked.command) });
  });

  it("finds a value in a log as JSON, URLs and headers write it", () => {
    const found = masker();
    const value = 'planted "é" value';
    found.hide(value);
    const written = [JSON.stringify({ value }), encodeURIComponent(value), Buffer.from(value).toString("base64")];
    expect(found.text(written.join(" "))).toBe('{"value":"masked-1"} masked-1 masked-1');
  });

  it("leaves nothing of a presigned URL in what AWS says", () => {
    const url = "https://b.s3.amazonaws.com/x?X-Amz-Signature=planted00&X-Amz-Security-Token=planted&x=1";
    expect(masker().text(url)).not.toContain("planted");
  });

  it("keeps account numbers, or where asked gives each one of the same form, everywhere", () => {
    const arn = "arn:aws:iam::123456789012:role/web";
    const host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web";
    expect(masker().open(arn)).toBe(arn);
    const hiding = new Masker({ accountIds: true });
    const masked = maskValues({ arn, image: host, message: `on ${arn}`, "123456789012": 1 }, hiding);
    expect(JSON.stringify(masked)).not.toContain("123456789012");
    expect(masked).toMatchObject({
      arn: "arn:aws:iam::100000000001:role/web",
      image: expect.stringMatching(/^100000000001\./),
    });
    expect(hiding.open("210987654321")).toBe("100000000002");
    expect(hiding.open("logs123456789012 arn%3Aaws%3A123456789012%3A")).toBe(
      "logs100000000001 arn%3Aaws%3A100000000001%3A",
    );
    expect(hiding.open("1234567890123")).toBe("1234567890123");
  });
});

const place = (name: string) => `\${${name}}`;

const named = { name: "shop", environment: [{ name: "SHOP", value: "web-shop" }], image: "web-shop:1" };

interface Events {
  readonly events: readonly { readonly message: string }[];
}

describe("masking a run's input", () => {
  it("hides values and keeps names, and says nothing of the recording", () => {
    const input = {
      service: "web",
      "environment-variables": ["A=planted-a=b", "planted line that is none", "MIIplanted"],
      variables: ["TAG=planted-v", "NAME_ONLY"],
      "docker-labels": ["l=planted-l"],
      "log-configuration-options": ["awslogs-group=/ecs/web", "splunk-token=planted-o"],
      "task-definition-tags": ["team=shop", "secret=planted-t"],
      command: "server --password 'planted word'",
      secrets: ["DB=/web/db"],
      "wait-for-minutes": 5,
      record: "trace.jsonl",
      "mask-account-ids": true,
    };
    const masked = maskInput(input, masker());
    expect(JSON.stringify(masked)).not.toContain("planted");
    expect(masked).toMatchObject({
      service: "web",
      "environment-variables": ["A=masked-1", "masked-2", "masked-3"],
      variables: [expect.stringMatching(/^TAG=masked-\d+$/), "NAME_ONLY"],
      "log-configuration-options": ["awslogs-group=/ecs/web", expect.stringMatching(/^splunk-token=masked-/)],
      secrets: ["DB=/web/db"],
      "wait-for-minutes": 5,
    });
    expect(Object.keys(masked)).not.toContain("record");
    expect(JSON.parse(String(masked.command))).toEqual(["server", "--password", expect.stringMatching(/^masked-/)]);
  });
});

describe("masking a file", () => {
  const bytes = (text: string) => Buffer.from(text);

  it("puts values of variables in their places first: the run's own revision has them there", async () => {
    const text = JSON.stringify({
      family: `web-${place("STAGE")}`,
      environment: [{ name: "A", value: `${place("PW")}!` }],
    });
    const found = masker();
    const { text: masked, expanded } = await maskFile("t.json", bytes(text), ["STAGE=prod", "PW=planted"], found);
    expect(expanded).toBe(true);
    expect(JSON.parse(masked)).toEqual({
      family: "web-prod",
      environment: [{ name: "A", value: found.hide("planted!") }],
    });
  });

  it("keeps the places of variables that have no value, and nothing else", async () => {
    const text = JSON.stringify({ family: "web", environment: [{ name: "A", value: `planted ${place("GONE")}` }] });
    const { text: masked, expanded } = await maskFile("t.json", bytes(text), ["X=1"], masker());
    expect(expanded).toBe(false);
    expect(JSON.parse(masked)).toEqual({ family: "x", environment: [{ name: "x", value: place("GONE") }] });
  });

  it("reads YAML as the run does", async () => {
    const text = "family: web\ncontainerDefinitions:\n  - name: web\n    environment: [{name: A, value: planted}]\n";
    const { text: masked } = await maskFile("t.yaml", bytes(text), [], masker());
    expect(masked).not.toContain("planted");
    expect(JSON.parse(masked)).toMatchObject({ family: "web" });
  });

  it("keeps only the form of what cannot be parsed", async () => {
    const { text: masked } = await maskFile("t.json", bytes('{"value": "planted-1",}'), [], masker());
    expect(masked).toBe('{"xxxxx": "xxxxxxx-1",}');
  });
});
