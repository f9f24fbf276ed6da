package dev.firkin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.TestHost.Ran;
import dev.firkin.cli.session.ExitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code firkin policy} lets a role do, decided as IAM decides it. */
class PolicyCommandTest {
  private static final String URL = "s3://bucket/backups/nas";
  private static final String ARN = "arn:aws:s3:::";

  /** One of each kind that docs/format.md has. */
  private static final List<String> KEYS =
      List.of(
          "firkin.json",
          "keys/a",
          "chunks/aa/a",
          "pages/a",
          "uploads/a/b",
          "snapshots/a",
          "leases/a",
          "trash/r/chunks/aa/a",
          "keep/a",
          "forgotten/r",
          "condemned/r/1",
          "probe/a");

  @TempDir Path folder;
  private TestHost host;

  @BeforeEach
  void setUp() {
    host = new TestHost(folder, folder.resolve("unused"));
  }

  @Test
  void aSourceCannotDeleteBackupsNorReadTheirContents() throws Exception {
    JsonNode policy = policy("source", URL);

    assertEquals(without("chunks/aa/a"), allowed(policy, "s3:GetObject"));
    assertEquals(
        without("firkin.json", "keys/a", "keep/a", "forgotten/r", "condemned/r/1"),
        allowed(policy, "s3:PutObject"));
    assertEquals(Set.of("uploads/a/b", "leases/a"), allowed(policy, "s3:DeleteObject"));
  }

  @Test
  void whoPrunesCannotTouchTheKeys() throws Exception {
    JsonNode policy = policy("prune", URL);

    assertEquals(without(), allowed(policy, "s3:GetObject"));
    assertEquals(without("firkin.json", "keys/a"), allowed(policy, "s3:PutObject"));
    assertEquals(without("firkin.json", "keys/a"), allowed(policy, "s3:DeleteObject"));
  }

  @Test
  void whoRestoresOnlyReads() throws Exception {
    JsonNode policy = policy("restore", URL);

    assertEquals(without(), allowed(policy, "s3:GetObject"));
    assertEquals(Set.of(), allowed(policy, "s3:PutObject"));
    assertEquals(Set.of(), allowed(policy, "s3:DeleteObject"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"source", "prune", "restore"})
  void nothingBeyondTheRepositoryIsAllowed(String role) throws Exception {
    JsonNode policy = policy(role, URL);

    assertEquals("2012-10-17", policy.get("Version").asString());
    Set<String> actions = new TreeSet<>();
    for (JsonNode statement : policy.get("Statement")) {
      assertEquals("Allow", statement.get("Effect").asString());
      actions.addAll(texts(statement.get("Action")));
      for (String resource : resources(statement)) {
        assertTrue(
            resource.equals(ARN + "bucket") || resource.startsWith(ARN + "bucket/backups/nas/"),
            resource);
      }
    }
    assertTrue(
        Set.of("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject")
            .containsAll(actions),
        actions::toString);
    for (String action : actions) {
      for (String other :
          List.of("bucket/backups/nas2/chunks/aa/a", "bucket/firkin.json", "bucket2/chunks/a")) {
        assertFalse(allows(policy, action, ARN + other), action + " " + other);
      }
    }
    assertTrue(lists(policy, "backups/nas/chunks/aa/"));
    assertTrue(lists(policy, "backups/nas/"));
    assertFalse(lists(policy, "backups/nas"));
    assertFalse(lists(policy, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"source", "prune", "restore"})
  void withLocksNobodyMayDeleteVersionsOrEndALock(String role) throws Exception {
    JsonNode policy = policy(role, URL, "--object-lock", "30");

    Set<String> lockable =
        role.equals("restore")
            ? Set.of()
            : Set.of("firkin.json", "keys/a", "chunks/aa/a", "pages/a", "snapshots/a");
    assertEquals(lockable, allowed(policy, "s3:PutObjectRetention"));
    assertEquals(lockable, allowed(policy, "s3:GetObjectRetention"));
    assertTrue(allows(policy, "s3:GetBucketObjectLockConfiguration", ARN + "bucket"));
    boolean reads = role.equals("restore");
    assertEquals(reads ? without() : Set.of(), allowed(policy, "s3:GetObjectVersion"));
    assertEquals(reads, allows(policy, "s3:ListBucketVersions", ARN + "bucket"));
    assertEquals(Set.of(), allowed(policy, "s3:DeleteObjectVersion"));
    assertEquals(Set.of(), allowed(policy, "s3:BypassGovernanceRetention"));
    for (JsonNode statement : policy.get("Statement")) {
      for (String resource : resources(statement)) {
        assertTrue(
            resource.equals(ARN + "bucket") || resource.startsWith(ARN + "bucket/backups/nas/"),
            resource);
      }
    }
  }

  /** What IAM takes as an inline policy of a user, white space not counted. */
  @Test
  void fitsInAnInlinePolicy() throws Exception {
    for (String role : List.of("source", "prune", "restore")) {
      String policy = policy(role, "s3://backup/nas", "--object-lock", "30").toString();
      assertTrue(policy.length() <= 2_048, role + ": " + policy.length() + " characters");
    }
  }

  @Test
  void onlyWhoRestoresThawsAndOnlyWhereThereIsAnArchive() throws Exception {
    for (String role : List.of("source", "prune", "restore")) {
      assertEquals(
          role.equals("restore") ? Set.of("chunks/aa/a") : Set.of(),
          allowed(policy(role, URL, "--storage-class", "deep_archive"), "s3:RestoreObject"));
      assertEquals(
          Set.of(),
          allowed(policy(role, URL, "--storage-class", "STANDARD_IA"), "s3:RestoreObject"));
    }
  }

  @Test
  void aRepositoryMayHaveTheBucketToItself() throws Exception {
    JsonNode policy = policy("restore", "s3://bucket");

    assertTrue(lists(policy, ""));
    assertTrue(allows(policy, "s3:GetObject", ARN + "bucket/firkin.json"));
  }

  @Test
  void whatIamReadsAsPatternsIsTakenLiterally() throws Exception {
    JsonNode policy = policy("source", "s3://bucket/a*b?$c");

    assertTrue(policy.toString().contains("a${*}b${?}${$}c/chunks/*"), policy::toString);
  }

  @Test
  void isOneDocumentWithJson() throws Exception {
    Ran ran = host.run("policy", "--role", "restore", "--repo", URL, "--json");

    assertEquals(1, ran.lines().size());
    JsonNode result = JsonMapper.shared().readTree(ran.out());
    assertEquals("result", result.get("type").asString());
    assertEquals("restore", result.get("role").asString());
    assertEquals(policy("restore", URL), result.get("policy"));
  }

  @Test
  void refusesWhatHasNoPolicies() {
    assertEquals(ExitCode.USAGE, host.run("policy", "--role", "source").exit());
    assertEquals(ExitCode.USAGE, host.run("policy", "--repo", URL).exit());
    assertEquals(ExitCode.USAGE, host.run("policy", "--role", "admin", "--repo", URL).exit());
  }

  private JsonNode policy(String role, String url, String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("policy", "--role", role, "--repo", url));
    words.addAll(List.of(more));
    Ran ran = host.run(words.toArray(String[]::new));
    assertEquals(ExitCode.DONE, ran.exit(), ran::toString);
    return JsonMapper.shared().readTree(ran.out());
  }

  private static Set<String> without(String... keys) {
    Set<String> all = new TreeSet<>(KEYS);
    List.of(keys).forEach(key -> assertTrue(all.remove(key), key));
    return all;
  }

  private static Set<String> allowed(JsonNode policy, String action) {
    Set<String> allowed = new TreeSet<>();
    for (String key : KEYS) {
      if (allows(policy, action, ARN + "bucket/backups/nas/" + key)) {
        allowed.add(key);
      }
    }
    return allowed;
  }

  private static boolean allows(JsonNode policy, String action, String resource) {
    return statements(policy, action)
        .flatMap(statement -> resources(statement).stream())
        .anyMatch(pattern -> like(pattern, resource));
  }

  private static boolean lists(JsonNode policy, String prefix) {
    return statements(policy, "s3:ListBucket")
        .anyMatch(statement -> {
          JsonNode condition = statement.get("Condition");
          return resources(statement).equals(List.of(ARN + "bucket"))
              && (condition == null
                  || like(condition.get("StringLike").get("s3:prefix").get(0).asString(), prefix));
        });
  }

  private static Stream<JsonNode> statements(JsonNode policy, String action) {
    List<JsonNode> statements = new ArrayList<>();
    policy.get("Statement").forEach(statements::add);
    return statements.stream().filter(s -> texts(s.get("Action")).contains(action));
  }

  private static List<String> resources(JsonNode statement) {
    return texts(statement.get("Resource"));
  }

  /** IAM takes a text for a list of one. */
  private static List<String> texts(JsonNode one) {
    return one.isArray()
        ? one.valueStream().map(JsonNode::asString).toList()
        : List.of(one.asString());
  }

  private static boolean like(String pattern, String text) {
    String regex =
        Stream.of(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .reduce((a, b) -> a + ".*" + b)
            .orElseThrow();
    return text.matches(regex);
  }
}
