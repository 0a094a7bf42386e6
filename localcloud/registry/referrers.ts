/**
 * What refers to an image: signatures, bills of materials, attestations that name it as their subject.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-referrers
 */
import { isDigest } from "../services/ecr/digest.ts";
import { artifactTypeOf } from "../services/ecr/manifest.ts";
import type { StoredImage } from "../services/ecr/repository.ts";
import { answerJson, type Endpoint } from "./exchange.ts";
import { digestInvalid } from "./oci-error.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";

/** An index of them, empty where there are none or no such image; `?artifactType=` only those of one type. */
export const listReferrers: Endpoint = ({ response, query, repository, reference }) => {
  if (!isDigest(reference)) throw digestInvalid("provided digest is not a sha256 digest", { digest: reference });
  const type = query.get("artifactType");
  const manifests = [...repository.images.values()]
    .filter(({ manifest }) => manifest.subject?.digest === reference)
    .map(describe)
    .filter(({ artifactType }) => type === null || artifactType === type);
  answerJson(
    response,
    { schemaVersion: 2, mediaType: INDEX, manifests },
    { "Content-Type": INDEX, ...(type === null ? {} : { "OCI-Filters-Applied": "artifactType" }) },
  );
};

function describe({ digest, manifest, manifestBytes }: StoredImage) {
  return {
    mediaType: manifest.mediaType,
    digest,
    size: manifestBytes,
    artifactType: artifactTypeOf(manifest),
    annotations: manifest.annotations,
  };
}
