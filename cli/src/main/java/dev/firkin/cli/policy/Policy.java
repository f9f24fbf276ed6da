package dev.firkin.cli.policy;

import dev.firkin.cli.session.UsageException;
import dev.firkin.store.StoreUrl;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The least that IAM has to allow a role.
 *
 * @param bucket its name
 * @param prefix of the repository's keys; empty, or ends with a slash
 * @param locks whether the bucket has Object Lock, and it is used
 * @param archives whether chunks lie in an archive
 */
record Policy(Role role, String bucket, String prefix, boolean locks, boolean archives) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * For the repository at {@code url}.
   *
   * @param locks whether objects are locked there
   * @param archives whether chunks lie in an archive
   * @throws UsageException where its store knows no policies
   */
  static Policy of(Role role, StoreUrl url, boolean locks, boolean archives) throws UsageException {
    if (!url.scheme().equals("s3")) {
      throw new UsageException(
          url + " is not in S3, so that no policy can be given",
          "use the permissions of its file system; or name a repository as s3://bucket/prefix");
    }
    return new Policy(
        role, url.host(), url.path().isEmpty() ? "" : url.path() + "/", locks, archives);
  }

  ObjectNode json() {
    ObjectNode policy = NODES.objectNode().put("Version", "2012-10-17");
    ArrayNode statements = policy.putArray("Statement");
    listed(statement(statements, "List", "s3:ListBucket"));
    onObjects(statements, "Read", "s3:GetObject", role.read());
    onObjects(statements, "Write", "s3:PutObject", role.written());
    onObjects(statements, "Delete", "s3:DeleteObject", role.deleted());
    if (locks) {
      addLocks(statements);
    }
    if (archives && role == Role.RESTORE) {
      onObjects(statements, "Thaw", "s3:RestoreObject", List.of("chunks/*"));
    }
    return policy;
  }

  private void addLocks(ArrayNode statements) {
    statement(statements, "AskForObjectLock", "s3:GetBucketObjectLockConfiguration")
        .put("Resource", "arn:aws:s3:::" + bucket);
    // One statement: IAM takes no more than 2,048 characters for a user.
    if (!role.locked().isEmpty()) {
      ObjectNode lock = statements.addObject().put("Sid", "FirkinLock").put("Effect", "Allow");
      lock.putArray("Action").add("s3:GetObjectRetention").add("s3:PutObjectRetention");
      resources(lock, role.locked());
    }
    if (role == Role.RESTORE) {
      listed(statement(statements, "ListVersions", "s3:ListBucketVersions"));
      onObjects(statements, "ReadVersions", "s3:GetObjectVersion", role.read());
    }
  }

  private void listed(ObjectNode list) {
    list.put("Resource", "arn:aws:s3:::" + bucket);
    if (!prefix.isEmpty()) {
      list.putObject("Condition")
          .putObject("StringLike")
          .putArray("s3:prefix")
          .add(literal(prefix) + "*");
    }
  }

  private void onObjects(ArrayNode statements, String id, String action, List<String> keys) {
    if (!keys.isEmpty()) {
      resources(statement(statements, id, action), keys);
    }
  }

  private void resources(ObjectNode statement, List<String> keys) {
    ArrayNode resources = statement.putArray("Resource");
    keys.forEach(key -> resources.add("arn:aws:s3:::" + bucket + "/" + literal(prefix) + key));
  }

  private static ObjectNode statement(ArrayNode statements, String id, String action) {
    return statements
        .addObject()
        .put("Sid", "Firkin" + id)
        .put("Effect", "Allow")
        .put("Action", action);
  }

  /** What IAM takes for these very characters. */
  private static String literal(String text) {
    return text.replaceAll("[*?$]", "\\${$0}");
  }
}
