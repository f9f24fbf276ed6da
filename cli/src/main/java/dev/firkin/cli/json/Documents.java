package dev.firkin.cli.json;

import dev.firkin.cli.session.Failure;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.repository.Catalog;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.Repository;
import dev.firkin.repository.model.Checkpoint;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.repository.model.SnapshotName;
import dev.firkin.transfer.Finding;
import dev.firkin.transfer.PushResult;
import dev.firkin.transfer.VerifyReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes each document, in one line. */
public final class Documents {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Documents() {}

  /** What went wrong. */
  public static String error(Failure failure) {
    ObjectNode error =
        NODES
            .objectNode()
            .put("code", failure.code())
            .put("exit", failure.exit().number())
            .put("message", failure.message());
    failure.hint().ifPresent(hint -> error.put("hint", hint));
    return NODES.objectNode().set("error", error).toString();
  }

  /**
   * A repository that was made or joined.
   *
   * @param secretFile where this host keeps what it knows of it
   * @param conditionalWrites whether the store keeps conditions of writers, where that was tried
   */
  public static String repository(
      Repository repository, Path secretFile, Optional<Boolean> conditionalWrites) {
    RepositoryConfig config = repository.config();
    ObjectNode node =
        result()
            .put("repository", config.id().text())
            .put("location", repository.store().location())
            .put("created", config.created().toString())
            .put("encryption", config.encrypted() ? "age" : "none")
            .put("fingerprint", repository.fingerprint())
            .put("averageChunkBytes", config.chunker().averageBytes())
            .put("knownIn", secretFile.toString());
    conditionalWrites.ifPresent(kept -> node.put("conditionalWrites", kept));
    ArrayNode recipients = node.putArray("recipients");
    config.recipients().stream().map(AgeRecipient::text).forEach(recipients::add);
    return node.toString();
  }

  /** A key pair; the secret half only where no file holds it. */
  public static String key(AgeRecipient recipient, Optional<Path> file, Optional<String> secret) {
    ObjectNode node = result().put("publicKey", recipient.text());
    file.ifPresent(f -> node.put("file", f.toString()));
    secret.ifPresent(s -> node.put("secretKey", s));
    return node.toString();
  }

  /** What is in a repository. */
  public static String list(
      Repository repository,
      Catalog catalog,
      List<Manifest> shown,
      List<Checkpoint> unfinished,
      List<DamagedException> damaged) {
    ObjectNode node =
        result()
            .put("repository", repository.config().id().text())
            .put("location", repository.store().location());
    ArrayNode snapshots = node.putArray("snapshots");
    shown.forEach(m -> snapshots.add(SnapshotJson.summary(m, catalog)));
    ArrayNode uploads = node.putArray("unfinished");
    for (Checkpoint checkpoint : unfinished) {
      uploads
          .addObject()
          .put("volume", checkpoint.name().volume())
          .put("name", checkpoint.name().name())
          .put("host", checkpoint.host())
          .put("at", checkpoint.at().toString())
          .put("streamBytes", checkpoint.streamBytes());
    }
    ArrayNode broken = node.putArray("damaged");
    damaged.forEach(d -> broken.addObject().put("key", d.key()).put("message", d.getMessage()));
    return node.toString();
  }

  /**
   * One snapshot in full.
   *
   * @param chain that a restore onto an empty disk receives; empty where it cannot
   */
  public static String show(Manifest manifest, Catalog catalog, List<Manifest> chain) {
    ObjectNode node = result();
    node.set("snapshot", SnapshotJson.full(manifest, catalog));
    ArrayNode parents = node.putArray("chain");
    chain.forEach(m -> parents.add(SnapshotJson.summary(m, catalog)));
    return node.toString();
  }

  /** One snapshot that was pushed. */
  public static String pushed(PushResult result) {
    ObjectNode node =
        result()
            .put(
                "outcome",
                switch (result) {
                  case PushResult.Stored stored -> "stored";
                  case PushResult.AlreadyStored already -> "already-stored";
                  case PushResult.Mended mended -> "mended";
                });
    if (result instanceof PushResult.Mended mended) {
      node.put("mended", mended.mended()).put("whole", mended.whole());
    }
    node.set("snapshot", SnapshotJson.full(result.manifest()));
    node.putObject("run")
        .put("streamBytes", result.counts().streamBytes())
        .put("addedChunks", result.counts().added().chunks())
        .put("addedBytes", result.counts().added().plaintextBytes())
        .put("addedStoredBytes", result.counts().added().storedBytes())
        .put("skippedChunks", result.counts().skippedChunks())
        .put("skippedBytes", result.counts().skippedBytes())
        .put("resumedChunks", result.counts().resumedChunks());
    return node.toString();
  }

  /** A snapshot that a push found stored before it began. */
  public static String alreadyStored(Manifest manifest) {
    ObjectNode node = result().put("outcome", "already-stored");
    node.set("snapshot", SnapshotJson.full(manifest));
    return node.toString();
  }

  /**
   * What was restored, or would be.
   *
   * @param target folder or file; empty for stdout
   */
  public static String restored(List<Manifest> manifests, Optional<Path> target, boolean dryRun) {
    ObjectNode node = result().put("dryRun", dryRun);
    target.ifPresent(t -> node.put("target", t.toString()));
    ArrayNode restored = node.putArray("snapshots");
    manifests.forEach(m -> restored.add(SnapshotJson.full(m)));
    return node.toString();
  }

  /** What a verify found. */
  public static String verified(VerifyReport report) {
    ObjectNode node =
        result()
            .put("sound", report.sound())
            .put("snapshots", report.snapshots())
            .put("pages", report.pages())
            .put("chunks", report.chunks())
            .put("storedBytes", report.storedBytes())
            .put("readChunks", report.readChunks())
            .put("readBytes", report.readBytes());
    report
        .leftovers()
        .ifPresent(leftovers ->
            node.putObject("leftovers")
                .put("chunks", leftovers.chunks())
                .put("chunkBytes", leftovers.chunkBytes())
                .put("pages", leftovers.pages())
                .put("unfinished", leftovers.unfinished()));
    ArrayNode findings = node.putArray("findings");
    for (Finding finding : report.findings()) {
      ObjectNode each =
          findings
              .addObject()
              .put("kind", code(finding.kind()))
              .put("key", finding.key())
              .put("message", finding.message());
      addNames(each.putArray("direct"), finding.direct());
      addNames(each.putArray("affected"), finding.affected());
    }
    addNames(
        node.putArray("broken"), report.broken().stream().map(b -> b.manifest().name()).toList());
    return node.toString();
  }

  /**
   * What a repair did about one finding.
   *
   * @param to where it lies in the trash
   */
  public record Step(
      String action,
      String key,
      String outcome,
      Optional<String> to,
      Optional<String> why,
      List<SnapshotName> snapshots) {}

  /**
   * What a repair did, or would do.
   *
   * @param sound whether every snapshot that is left can be restored
   */
  public static String repaired(boolean dryRun, boolean sound, List<Step> steps) {
    ObjectNode node = result().put("dryRun", dryRun).put("sound", sound);
    ArrayNode array = node.putArray("steps");
    for (Step step : steps) {
      ObjectNode each =
          array
              .addObject()
              .put("action", step.action())
              .put("key", step.key())
              .put("outcome", step.outcome());
      step.to().ifPresent(to -> each.put("to", to));
      step.why().ifPresent(why -> each.put("why", why));
      addNames(each.putArray("snapshots"), step.snapshots());
    }
    return node.toString();
  }

  private static void addNames(ArrayNode array, List<SnapshotName> names) {
    names.stream().map(SnapshotName::toString).forEach(array::add);
  }

  /** {@code chunk-missing} for CHUNK_MISSING. */
  private static String code(Finding.Kind kind) {
    return switch (kind) {
      case MANIFEST -> "manifest";
      case PAGE -> "page";
      case CHUNK_MISSING -> "chunk-missing";
      case CHUNK_SIZE -> "chunk-size";
      case CHUNK_DAMAGED -> "chunk-damaged";
      case CHUNK_UNREADABLE -> "chunk-unreadable";
      case CHAIN -> "chain";
      case SNAPSHOT_GONE -> "snapshot-gone";
      case KEY -> "key";
      case CHECKPOINT -> "checkpoint";
      case RECORD -> "record";
    };
  }

  private static ObjectNode result() {
    return NODES.objectNode().put("type", "result");
  }
}
