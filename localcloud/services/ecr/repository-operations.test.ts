import { describe, expect, it } from "vitest";
import { errorOf, startTestService } from "./operations.fixture.ts";
import { ACCOUNT_ID, pushImage } from "./store.fixture.ts";

describe("CreateRepository", () => {
  it("answers what DescribeRepositories then finds", async () => {
    const { call, clock } = await startTestService();
    const { repository } = await call("CreateRepository", { repositoryName: "team/web" });
    expect(repository).toEqual({
      repositoryArn: `arn:aws:ecr:us-east-1:${ACCOUNT_ID}:repository/team/web`,
      registryId: ACCOUNT_ID,
      repositoryName: "team/web",
      repositoryUri: "127.0.0.1:4566/team/web",
      createdAt: new Date(clock.now()),
      imageTagMutability: "MUTABLE",
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: "AES256" },
    });
    expect(await call("DescribeRepositories", {})).toEqual({ repositories: [repository] });
    expect(await call("DescribeRepositories", { repositoryNames: ["team/web"] })).toEqual({
      repositories: [repository],
    });
  });

  it("refuses a name that is taken", async () => {
    const { call } = await startTestService();
    await call("CreateRepository", { repositoryName: "web" });
    expect(await errorOf(call("CreateRepository", { repositoryName: "web" }))).toEqual({
      code: "RepositoryAlreadyExistsException",
      message: `The repository with name 'web' already exists in the registry with id '${ACCOUNT_ID}'`,
    });
  });

  it.each([
    ["w", "must have length greater than or equal to 2"],
    ["w".repeat(257), "must have length less than or equal to 256"],
    ["Web", "must satisfy regular expression '"],
    ["web/", "must satisfy regular expression '"],
    ["../web", "must satisfy regular expression '"],
    ["we b", "must satisfy regular expression '"],
    ["web___api", "must satisfy regular expression '"],
    ["web\n", "must satisfy regular expression '"],
  ])("refuses the name %j", async (repositoryName, constraint) => {
    const { call } = await startTestService();
    const { code, message } = await errorOf(call("CreateRepository", { repositoryName }));
    expect(code).toBe("InvalidParameterException");
    expect(message).toContain(`Invalid parameter at 'repositoryName' failed to satisfy constraint: '${constraint}`);
  });

  it.each(["web__api", "web--api", "a1/b.c/d_e", "00"])("takes the name %j", async (repositoryName) => {
    const { call } = await startTestService();
    expect((await call("CreateRepository", { repositoryName })).repository?.repositoryName).toBe(repositoryName);
  });

  it("refuses what the local cloud would have to ignore", async () => {
    const { call, store } = await startTestService();
    for (const input of [
      { registryId: "111111111111" },
      { encryptionConfiguration: { encryptionType: "KMS" as const } },
    ]) {
      const { code, message } = await errorOf(call("CreateRepository", { repositoryName: "web", ...input }));
      expect([code, message]).toEqual([
        "InvalidParameterException",
        expect.stringContaining("the local cloud does not"),
      ]);
    }
    expect(store.repositories()).toEqual([]);
  });

  it("keeps resource tags, and gives them back", async () => {
    const { call } = await startTestService();
    const tags = [{ Key: "team", Value: "web" }];
    const { repository } = await call("CreateRepository", { repositoryName: "web", tags });
    expect(await call("ListTagsForResource", { resourceArn: repository?.repositoryArn })).toEqual({ tags });
    const twice = call("CreateRepository", { repositoryName: "api", tags: [...tags, ...tags] });
    expect((await errorOf(twice)).code).toBe("InvalidTagParameterException");
    const elsewhere = call("ListTagsForResource", { resourceArn: "arn:aws:ecr:us-east-1:111111111111:repository/web" });
    expect((await errorOf(elsewhere)).code).toBe("InvalidParameterException");
  });
});

describe("DescribeRepositories", () => {
  it("pages through all of them, each once, while the list changes", async () => {
    const { call } = await startTestService();
    for (const name of ["ee", "aa", "cc", "bb", "dd"]) await call("CreateRepository", { repositoryName: name });
    const names: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await call("DescribeRepositories", { maxResults: 2, nextToken });
      names.push(...(page.repositories ?? []).map(({ repositoryName }) => repositoryName));
      nextToken = page.nextToken;
      if (names.length === 2) await call("DeleteRepository", { repositoryName: "bb" });
    } while (nextToken !== undefined);
    expect(names).toEqual(["aa", "bb", "cc", "dd", "ee"]);
  });

  it("refuses sizes, tokens and lists that are none", async () => {
    const { call } = await startTestService();
    for (const input of [
      { maxResults: 0 },
      { maxResults: 1001 },
      { nextToken: "x" },
      { nextToken: "bnVsbA==" },
      { repositoryNames: [] },
    ])
      expect((await errorOf(call("DescribeRepositories", input))).code).toBe("InvalidParameterException");
  });

  it("names the repository or registry that is not there", async () => {
    const { call } = await startTestService();
    await call("CreateRepository", { repositoryName: "web" });
    expect(await errorOf(call("DescribeRepositories", { repositoryNames: ["web", "api"] }))).toEqual({
      code: "RepositoryNotFoundException",
      message: `The repository with name 'api' does not exist in the registry with id '${ACCOUNT_ID}'`,
    });
    const registryId = "111111111111";
    expect((await errorOf(call("DescribeRepositories", { repositoryNames: ["web"], registryId }))).message).toContain(
      `in the registry with id '${registryId}'`,
    );
    expect(await call("DescribeRepositories", { registryId })).toEqual({ repositories: [] });
  });
});

describe("DeleteRepository", () => {
  it("refuses one with images, unless forced", async () => {
    const { call, store } = await startTestService();
    await call("CreateRepository", { repositoryName: "web" });
    await pushImage(store, store.repository("web"), { content: "1", tag: "v1" });
    expect(await errorOf(call("DeleteRepository", { repositoryName: "web" }))).toEqual({
      code: "RepositoryNotEmptyException",
      message: `The repository with name 'web' in registry with id '${ACCOUNT_ID}' cannot be deleted because it still contains images`,
    });
    const { repository } = await call("DeleteRepository", { repositoryName: "web", force: true });
    expect(repository?.repositoryName).toBe("web");
    expect((await errorOf(call("ListImages", { repositoryName: "web" }))).code).toBe("RepositoryNotFoundException");
  });

  it("ends the uploads to it, also for one of the same name made after it", async () => {
    const { call, store } = await startTestService();
    await call("CreateRepository", { repositoryName: "web" });
    const upload = await store.uploads.begin(store.repository("web"));
    await call("DeleteRepository", { repositoryName: "web" });
    await call("CreateRepository", { repositoryName: "web" });
    expect(store.uploads.find(store.repository("web"), upload.id)).toBeUndefined();
  });
});

describe("PutImageTagMutability", () => {
  it("holds from then on", async () => {
    const { call, store } = await startTestService();
    await call("CreateRepository", { repositoryName: "web" });
    const changed = await call("PutImageTagMutability", { repositoryName: "web", imageTagMutability: "IMMUTABLE" });
    expect(changed).toEqual({ registryId: ACCOUNT_ID, repositoryName: "web", imageTagMutability: "IMMUTABLE" });
    await pushImage(store, store.repository("web"), { content: "1", tag: "v1" });
    const again = pushImage(store, store.repository("web"), { content: "2", tag: "v1" });
    expect((await errorOf(again)).code).toBe("ImageTagAlreadyExistsException");
  });
});

describe("GetAuthorizationToken", () => {
  it("hands out a password of about 2 kB for user AWS, for 12 hours", async () => {
    const { call, store, clock } = await startTestService();
    const { authorizationData = [] } = await call("GetAuthorizationToken", {});
    const [{ authorizationToken = "", expiresAt, proxyEndpoint } = {}] = authorizationData;
    const [user, password = ""] = Buffer.from(authorizationToken, "base64").toString().split(":");
    expect([user, proxyEndpoint]).toEqual(["AWS", "http://127.0.0.1:4566"]);
    expect(expiresAt?.getTime()).toBe(clock.now() + 12 * 60 * 60 * 1000);
    expect(password.length).toBeGreaterThan(1700);
    expect(password.length).toBeLessThan(2500);
    expect(store.tokens.check(password, clock.now())).toBe("valid");
    expect((await errorOf(call("GetAuthorizationToken", { registryIds: ["111111111111"] }))).code).toBe(
      "InvalidParameterException",
    );
  });
});
