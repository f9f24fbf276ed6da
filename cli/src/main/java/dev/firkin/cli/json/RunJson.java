package dev.firkin.cli.json;

import dev.firkin.cli.session.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The documents of {@code firkin run} and {@code firkin status}. Not thread-safe. */
public final class RunJson {
  private final ObjectNode node = JsonNodeFactory.instance.objectNode().put("type", "result");

  /** When it ran, and how it ended. */
  public RunJson run(Instant began, Instant ended, String outcome) {
    node.put("began", began.toString()).put("ended", ended.toString()).put("outcome", outcome);
    return this;
  }

  /** Names of local snapshots. */
  public RunJson local(List<String> made, List<String> dropped) {
    ObjectNode local = node.putObject("local");
    made.forEach(local.putArray("made")::add);
    dropped.forEach(local.putArray("dropped")::add);
    return this;
  }

  /** One volume in one repository. */
  public RunJson result(
      String volume,
      String repository,
      List<String> stored,
      long newBytes,
      int forgotten,
      Optional<Failure> failure,
      Optional<String> note) {
    ObjectNode result =
        array("results").addObject().put("volume", volume).put("repository", repository);
    stored.forEach(result.putArray("stored")::add);
    result.put("newBytes", newBytes).put("forgotten", forgotten);
    failure.ifPresent(f -> put(result.putObject("error"), f));
    note.ifPresent(text -> result.put("note", text));
    return this;
  }

  /** Something that went wrong beside the repositories. */
  public RunJson failure(String with, Failure failure) {
    put(array("failures").addObject().put("with", with), failure);
    return this;
  }

  /** A repository that was pruned. */
  public RunJson pruned(String repository, long deletedBytes, long waitingBytes) {
    array("pruned")
        .addObject()
        .put("repository", repository)
        .put("deletedChunkBytes", deletedBytes)
        .put("waitingChunkBytes", waitingBytes);
    return this;
  }

  /** How one volume stands in one repository. */
  public RunJson status(
      String volume,
      String repository,
      Optional<Instant> lastSuccess,
      Optional<String> newest,
      int chainLength,
      List<String> problems) {
    ObjectNode each =
        array("status").addObject().put("volume", volume).put("repository", repository);
    lastSuccess.ifPresent(at -> each.put("lastSuccess", at.toString()));
    newest.ifPresent(name -> each.put("newest", name));
    each.put("chainLength", chainLength);
    problems.forEach(each.putArray("problems")::add);
    return this;
  }

  private ArrayNode array(String name) {
    return node.get(name) instanceof ArrayNode there ? there : node.putArray(name);
  }

  private static void put(ObjectNode error, Failure failure) {
    error.put("code", failure.code()).put("exit", failure.exit().number());
    error.put("message", failure.message());
    failure.hint().ifPresent(hint -> error.put("hint", hint));
  }

  /** In one line. */
  @Override
  public String toString() {
    return node.toString();
  }
}
