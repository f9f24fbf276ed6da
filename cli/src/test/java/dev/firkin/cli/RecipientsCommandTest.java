package dev.firkin.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.cli.TestHost.Ran;
import dev.firkin.cli.session.ExitCode;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code firkin recipients} on two hosts that share a repository. */
class RecipientsCommandTest {
  private static final String NEW = AgeIdentity.generate().recipient().text();

  @TempDir Path folder;
  private Path repository;
  private Path config;
  private TestHost host;
  private TestHost other;
  private String first;

  @BeforeEach
  void setUp() throws Exception {
    repository = folder.resolve("repo");
    config = repository.resolve("firkin.json");
    host = new TestHost(folder.resolve("host"), repository);
    other = new TestHost(folder.resolve("other"), repository);
    Path key = folder.resolve("key");
    done(host.run("keygen", "-o", key.toString()));
    AgeRecipient recipient = AgeIdentity.parse(Files.readAllLines(key).get(2)).recipient();
    first = recipient.text();
    done(host.run("init", "--recipient", first));
    done(other.run("join", "--identity-file", key.toString()));
  }

  @Test
  void showsTheList() {
    String out = done(host.run("recipients")).out();
    assertTrue(out.contains("generation   1\nrecipient    " + first + "\n"), out);
    assertTrue(out.contains("this host    was given this list"), out);
    assertEquals(out, done(host.run("recipients", "list")).out());
    JsonNode json = json(host.run("recipients", "--json"));
    assertEquals(first, json.at("/recipients/0/recipient").asString());
    assertEquals(
        "{\"state\":\"same\",\"generation\":1,\"added\":[],\"removed\":[]}",
        json.get("pin").toString());
  }

  @Test
  void anotherHostRefusesUntilItAccepts() {
    done(host.pipe(new byte[100], "push", "--stdin", "--name", "x"));
    Ran added = done(host.run("recipients", "add", NEW));
    assertTrue(added.out().startsWith("added        " + NEW + "\n"), added::toString);
    assertTrue(added.out().contains("on the list  " + first + "\n"), added::toString);
    assertTrue(added.stderr().contains("none of the snapshots there (1)"), added::toString);
    assertTrue(added.stderr().contains("'firkin recipients accept'"), added::toString);
    done(host.run("list"));

    Ran refused = other.run("list");
    fails(ExitCode.FAILED, refused, "were changed");
    assertTrue(refused.stderr().contains("firkin recipients accept"), refused::toString);
    String shown = done(other.run("recipients")).out();
    assertTrue(shown.contains("  added      " + NEW + "\n"), shown);
    fails(ExitCode.USAGE, other.run("recipients", "accept"), "nobody can be asked");
    fails(ExitCode.FAILED, other.run("recipients", "accept", NEW), "another than the one given");
    fails(ExitCode.FAILED, other.run("list"), "were changed");
    String accepted = done(other.run("recipients", "accept", NEW, first)).out();
    assertEquals("accepted: generation 2, recipients: 2\n", accepted);
    done(other.run("list"));
    String again = done(other.run("recipients", "accept", "--yes")).out();
    assertTrue(again.startsWith("nothing to accept"), again);

    Ran removed = done(other.run("recipients", "remove", NEW));
    assertTrue(removed.out().startsWith("removed      " + NEW + "\n"), removed::toString);
    assertTrue(removed.stderr().contains("can still read every chunk"), removed::toString);
    assertTrue(removed.stderr().contains("forge manifests"), removed::toString);
    fails(ExitCode.FAILED, host.run("list"), "were changed");
    JsonNode json = json(host.run("recipients", "accept", "--yes", "--json"));
    assertEquals("accepted", json.get("outcome").asString());
    assertEquals(NEW, json.at("/removed/0").asString());
    done(host.run("list"));
  }

  @Test
  void whatIsSoAlreadyIsNoError() {
    JsonNode added = json(host.run("recipients", "add", first, "--json"));
    assertEquals("unchanged", added.get("outcome").asString());
    assertEquals(1, added.get("generation").asInt());
    Ran removed = done(host.run("recipients", "remove", NEW));
    assertTrue(removed.stderr().contains(NEW + " is not on the list"), removed::toString);
    fails(ExitCode.FAILED, host.run("recipients", "remove", first), "nobody could read");
  }

  @Test
  void aPassphraseSlotThatIsGoneIsShown() throws Exception {
    Path passphrase = Files.writeString(folder.resolve("passphrase"), "correct horse\n");
    done(host.run("recipients", "add", "--passphrase-file", passphrase.toString()));
    assertFalse(done(host.run("recipients")).stderr().contains("is missing"));

    try (Stream<Path> keys = Files.walk(repository.resolve("keys"))) {
      for (Path slot : keys.filter(f -> f.toString().contains("bcrypt")).toList()) {
        Files.delete(slot);
      }
    }

    Ran shown = done(host.run("recipients"));
    assertTrue(shown.out().contains("recipient    " + first + "\n"), shown::toString);
    assertTrue(shown.out().contains(" (passphrase, but its slot is missing)\n"), shown::toString);
    assertTrue(shown.stderr().contains("'firkin verify'"), shown::toString);
    JsonNode json = json(host.run("recipients", "list", "--json"));
    assertEquals("missing", json.at("/recipients/1/passphrase").asString(), json::toString);
    assertTrue(json.at("/recipients/0/passphrase").isMissingNode(), json::toString);
  }

  @Test
  void aPassphraseFileIsTheNewOneAndNotTheOneThatOpens() throws Exception {
    Path one = Files.writeString(folder.resolve("one"), "correct horse\n");
    Path two = Files.writeString(folder.resolve("two"), "battery staple\n");
    done(host.run("recipients", "add", "--passphrase-file", one.toString()));
    TestHost stranger = new TestHost(folder.resolve("stranger"), repository);
    stranger.with("FIRKIN_PASSPHRASE_FILE", one);
    JsonNode added =
        json(
            stranger.run(
                "recipients",
                "add",
                "--passphrase-file",
                two.toString(),
                "--kdf",
                "scrypt",
                "--json"));
    String slot = added.at("/added/0").asString();
    String shown = done(stranger.run("recipients")).out();
    assertTrue(shown.contains(slot + " (passphrase, scrypt)"), shown);
    assertTrue(shown.contains(" (passphrase, bcrypt)"), shown);
    assertTrue(shown.contains("was given no list"), shown);
    done(host.run("recipients", "accept", "--yes"));
    done(host.pipe(new byte[500], "push", "--stdin", "--name", "x"));
    Ran restored =
        new TestHost(folder.resolve("new"), repository)
            .run("restore", "x", "--stdout", "--passphrase-file", two.toString());
    assertArrayEquals(new byte[500], done(restored).stdout());
  }

  @Test
  void aListThatCannotBeTrueIsShownAndRefused() throws Exception {
    String original = Files.readString(config);
    done(host.run("recipients", "add", NEW));
    Files.writeString(config, original);
    refusedAs("rolled-back", "rolled back");
    String third = AgeIdentity.generate().recipient().text();
    Files.writeString(
        config, original.replace("\"generation\":1", "\"generation\":3").replace(first, third));
    refusedAs("not-authentic", "generation 2");
  }

  private void refusedAs(String state, String words) {
    Ran shown = host.run("recipients");
    assertEquals(ExitCode.DAMAGED, shown.exit(), shown::toString);
    assertTrue(shown.out().contains(words), shown::toString);
    Ran json = host.run("recipients", "--json");
    assertTrue(json.out().contains("\"state\":\"" + state + "\""), json::toString);
    assertEquals(ExitCode.FAILED, host.run("list").exit());
    assertEquals(ExitCode.FAILED, host.run("recipients", "accept", "--yes").exit());
    assertEquals(ExitCode.FAILED, host.run("recipients", "add", NEW).exit());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "recipients nonsense",
        "recipients add",
        "recipients remove",
        "recipients list age1",
        "recipients add --passphrase --passphrase-file x",
        "recipients add --kdf md5"
      })
  void whatMakesNoSenseIsAUsageError(String words) {
    Ran ran = host.run(words.split(" "));
    assertEquals(ExitCode.USAGE, ran.exit(), ran::toString);
    assertEquals(2, ran.stderr().lines().count(), ran::toString);
    assertEquals("", ran.out());
  }

  @Test
  void anyListAndThisListAreTwoThings() {
    fails(ExitCode.USAGE, host.run("recipients", "accept", "--yes", first), "--yes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "recipients --help",
        "help recipients",
        "recipients add --help",
        "recipients accept -h"
      })
  void helpFits(String words) {
    Ran ran = done(host.run(words.split(" ")));
    assertTrue(ran.out().startsWith("Usage: firkin recipients"), ran.out());
    assertTrue(ran.out().contains("--repo"), ran.out());
    ran.lines().forEach(line -> assertTrue(line.length() <= 90, line));
  }

  private static JsonNode json(Ran ran) {
    return JsonMapper.shared().readTree(done(ran).out());
  }

  private static Ran done(Ran ran) {
    assertEquals(ExitCode.DONE, ran.exit(), ran::toString);
    return ran;
  }

  private static void fails(ExitCode exit, Ran ran, String message) {
    assertEquals(exit, ran.exit(), ran::toString);
    String error = ran.stderr().lines().filter(l -> l.startsWith("firkin: error: ")).toList() + "";
    assertTrue(error.contains(message), ran::toString);
  }
}
